#include "base/small_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

namespace jobtree {
namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

/// "64 KiB"
Bilingual size_text(std::size_t bytes) {
  constexpr std::size_t kKiB = 1024;
  constexpr std::size_t kMiB = kKiB * kKiB;
  if (bytes >= kMiB && bytes % kMiB == 0) return std::to_string(bytes / kMiB) + " MiB";
  if (bytes >= kKiB && bytes % kKiB == 0) return std::to_string(bytes / kKiB) + " KiB";
  return bilingual({"{0} bytes", "{0} 字节"}, std::to_string(bytes));
}

std::optional<Failure> refuse(const struct stat& state, const Bilingual& name,
                              const std::string& path, const SmallFileRules& rules) {
  if (rules.plain_only && !S_ISREG(state.st_mode)) {
    return Failure::usage(bilingual({"{0} is not a regular file", "{0} 不是普通文件"}, name));
  }
  if (rules.refuse_world_writable && S_ISREG(state.st_mode) && (state.st_mode & S_IWOTH) != 0) {
    return Failure::usage(bilingual({"anyone on this machine can write {0}; run: chmod 600 {1}",
                                     "本机任何用户都可写入 {0}，请执行：chmod 600 {1}"},
                                    name, path));
  }
  return std::nullopt;
}

/// Calls `make` with the text, which is wiped afterwards.
template <class Make>
auto read(const std::string& path, const SmallFileRules& rules, Make make)
    -> Result<decltype(make(std::string_view()))> {
  const Bilingual name = bilingual({"the {0} {1}", "{0} {1}"}, rules.what, path);
  const auto cannot_read = [&name](int error) {
    return Failure::usage(bilingual({"cannot read {0}: {1}", "无法读取 {0}：{1}"}, name,
                                    std::generic_category().message(error)));
  };
  // Where pipes are not wanted, nobody waits for one to be written.
  const Descriptor file(path, O_RDONLY | O_CLOEXEC | (rules.plain_only ? O_NONBLOCK : 0));
  if (file.number() < 0) return cannot_read(errno);
  struct stat state = {};
  if (::fstat(file.number(), &state) != 0) return cannot_read(errno);
  if (auto refused = refuse(state, name, path, rules)) return *refused;

  std::vector<char> bytes(rules.max_bytes + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(file.number(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      OPENSSL_cleanse(bytes.data(), bytes.size());
      return cannot_read(error);
    }
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  const bool is_too_large = size > rules.max_bytes;
  auto made = make(std::string_view(bytes.data(), is_too_large ? 0 : size));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (is_too_large) {
    return Failure::usage(
        bilingual({"{0} is larger than {1}", "{0} 超过 {1}"}, name, size_text(rules.max_bytes)));
  }
  return made;
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, const SmallFileRules& rules) {
  return read(path, rules, [](std::string_view text) { return std::string(text); });
}

Result<Secret> read_secret_file(const std::string& path, const SmallFileRules& rules) {
  return read(path, rules, [](std::string_view text) { return Secret(text); });
}

}  // namespace jobtree
