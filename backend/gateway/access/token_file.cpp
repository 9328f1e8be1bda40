#include "gateway/access/token_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxTokenFile = std::size_t{512} * 1024;

/// A file that closes itself.
class File {
 public:
  File(const std::string& name, int flags) : descriptor_(::open(name.c_str(), flags, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Failure cannot_read(const std::string& file, int error) {
  return Failure::usage(
      bilingual({"cannot read the tokens file {0}: {1}", "无法读取令牌文件 {0}：{1}"}, file,
                std::generic_category().message(error)));
}

Failure cannot_write(const std::string& file, int error) {
  return Failure::usage(
      bilingual({"cannot write the tokens file {0}: {1}", "无法写入令牌文件 {0}：{1}"}, file,
                std::generic_category().message(error)));
}

Result<std::string> read_all(int descriptor, const std::string& file) {
  struct stat state = {};
  if (::fstat(descriptor, &state) != 0) return cannot_read(file, errno);
  if (!S_ISREG(state.st_mode)) {
    return Failure::usage(bilingual(
        {"the tokens file {0} is not a regular file", "令牌文件 {0} 不是普通文件"}, file));
  }
  if ((state.st_mode & S_IWOTH) != 0) {
    return Failure::usage(
        bilingual({"anyone on this machine can write the tokens file {0}; run: chmod 600 {0}",
                   "本机任何用户都可写入令牌文件 {0}，请执行：chmod 600 {0}"},
                  file));
  }
  std::string text(kMaxTokenFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(file, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kMaxTokenFile) {
    return Failure::usage(bilingual(
        {"the tokens file {0} is larger than 512 KiB", "令牌文件 {0} 超过 512 KiB"}, file));
  }
  text.resize(size);
  return text;
}

}  // namespace

Result<TokenList> read_token_list(const std::string& file) {
  // Not to hang on a pipe of that name.
  const File open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (open.get() < 0) return cannot_read(file, errno);
  const auto text = read_all(open.get(), file);
  if (!text) return text.failure();
  auto list = TokenList::parse(text.value());
  if (!list) return list.failure().prefixed(bilingual({"{0}, ", "{0} "}, file));
  return list;
}

Result<bool> append_token(const std::string& file, const std::string& line) {
  const File open(file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK);
  if (open.get() < 0) return cannot_write(file, errno);
  ::flock(open.get(), LOCK_EX);  // against another that does the same; gone with the descriptor
  const auto text = read_all(open.get(), file);
  if (!text) return text.failure();
  const bool needs_break = !text.value().empty() && text.value().back() != '\n';
  const std::string more = (needs_break ? "\n" : "") + line + "\n";
  if (const auto list = TokenList::parse(text.value() + more); !list) {
    return Failure::usage(bilingual({"{0}, {1}; nothing was written", "{0} {1}；文件未更改"}, file,
                                    list.failure().text()));
  }
  const auto size = static_cast<ssize_t>(more.size());
  const ssize_t written = ::write(open.get(), more.data(), more.size());
  if (written == size && ::fsync(open.get()) == 0) return true;
  const int error = written >= 0 && written < size ? ENOSPC : errno;
  // Half a line would keep a server from starting.
  [[maybe_unused]] const int cut = ::ftruncate(open.get(), static_cast<off_t>(text.value().size()));
  return cannot_write(file, error);
}

}  // namespace jobtree::gateway
