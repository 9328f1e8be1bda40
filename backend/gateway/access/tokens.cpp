#include "gateway/access/tokens.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "cloud/where/catalogue.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxFile = std::size_t{512} * 1024;
constexpr std::size_t kMaxTokens = 1000;
constexpr std::size_t kMaxScope = 100;  // projects, and services, of one token
constexpr std::size_t kMaxWord = 64;    // a name of a token or of a service
constexpr std::size_t kMaxToken = 256;  // more is nobody's
constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kTokenPrefix = "jt.";
constexpr std::string_view kDigestPrefix = "sha256:";
constexpr std::string_view kHexDigits = "0123456789abcdef";

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

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kMaxWord && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

bool is_project(std::string_view text) {
  return text == "-" || text == "*" || cloud::is_project_id(text);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes the first word off a line.
std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line = trimmed(line.substr(word.size()));
  return word;
}

Failure cannot(const std::string& what, const std::string& file, int error) {
  return Failure::usage("cannot " + what + " the tokens file " + file + ": " +
                        std::generic_category().message(error));
}

Result<std::string> read_all(int descriptor, const std::string& file) {
  struct stat state {};
  if (::fstat(descriptor, &state) != 0) return cannot("read", file, errno);
  if (!S_ISREG(state.st_mode))
    return Failure::usage("the tokens file " + file + " is no plain file");
  if ((state.st_mode & S_IWOTH) != 0) {
    return Failure::usage("anyone on this machine may write the tokens file " + file +
                          "; take that away: chmod 600 " + file);
  }
  std::string text(kMaxFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot("read", file, errno);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kMaxFile) return Failure::usage("the tokens file " + file + " is larger than 512 KiB");
  text.resize(size);
  return text;
}

Result<TokenList> read_list(const std::string& file) {
  // Not to hang on a pipe of that name.
  const File open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (open.get() < 0) return cannot("read", file, errno);
  const auto text = read_all(open.get(), file);
  if (!text) return text.failure();
  auto list = TokenList::parse(text.value());
  if (!list) return list.failure().prefixed(file + ", ");
  return list;
}

}  // namespace

bool Holder::may_see(const cloud::JobAddress& address) const {
  const auto names = [](const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  };
  return (names(projects, address.project_id) || names(projects, "*")) &&
         (services.empty() || names(services, address.service));
}

Result<bool> check(const Holder& holder) {
  if (!is_word(holder.name)) {
    return Failure::usage("the name of a token is 1 to 64 letters, digits, \"-\", \"_\" and \".\"");
  }
  if (holder.projects.empty()) {
    return Failure::usage(
        "a token needs a project=ID it may see: an id, \"-\" for the key's own, \"*\"");
  }
  if (!std::ranges::all_of(holder.projects, is_project)) {
    return Failure::usage(
        "a project is 32 lower-case hex digits, \"-\" for the key's own, or \"*\"");
  }
  if (!std::ranges::all_of(holder.services, is_word)) {
    return Failure::usage("a service is a name of \"backend services\", as in service=eip");
  }
  if (holder.projects.size() > kMaxScope || holder.services.size() > kMaxScope) {
    return Failure::usage("a token has at most 100 projects and 100 services");
  }
  return true;
}

// The list

TokenList::Digest TokenList::digest_of(std::string_view token) {
  Digest digest{};
  EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Result<TokenList::Entry> TokenList::parse_line(std::string_view line) {
  Entry entry{};
  entry.holder.name = take_word(line);
  std::string_view digest = take_word(line);
  if (digest.starts_with(kTokenPrefix)) {
    return Failure::usage(
        "a token stands here in clear, and must be taken for lost; the second word is "
        "sha256: and its digest. Make a new one with \"backend token\"");
  }
  if (!digest.starts_with(kDigestPrefix) ||
      digest.size() != kDigestPrefix.size() + 2 * entry.digest.size()) {
    return Failure::usage("the second word is not sha256: and 64 hex digits");
  }
  digest.remove_prefix(kDigestPrefix.size());
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const std::size_t value = kHexDigits.find(digest[i]);
    if (value == std::string_view::npos) {
      return Failure::usage("the second word is not sha256: and 64 lower-case hex digits");
    }
    entry.digest[i / 2] =
        static_cast<unsigned char>((entry.digest[i / 2] << 4 | static_cast<int>(value)) & 0xff);
  }
  while (!line.empty()) {
    std::string_view word = take_word(line);
    const std::string_view key = word.substr(0, word.find('='));
    word.remove_prefix(std::min(key.size() + 1, word.size()));
    if (key == "project") {
      entry.holder.projects.emplace_back(word);
    } else if (key == "service") {
      entry.holder.services.emplace_back(word);
    } else {
      return Failure::usage("after the digest stand project=ID and service=NAME alone");
    }
  }
  if (auto whole = check(entry.holder); !whole) return whole.failure();
  return entry;
}

Result<TokenList> TokenList::parse(std::string_view text) {
  TokenList list;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::string place = "line " + std::to_string(number) + ": ";
    auto entry = parse_line(line);
    if (!entry) return entry.failure().prefixed(place);
    for (const Entry& other : list.entries_) {
      if (other.holder.name == entry.value().holder.name) {
        return Failure::usage(place +
                              "this name stands above already; each token has a name of its own");
      }
      if (other.digest == entry.value().digest) {
        return Failure::usage(place + "this token stands above already");
      }
    }
    if (list.size() == kMaxTokens) return Failure::usage(place + "more than 1000 tokens");
    list.entries_.push_back(std::move(entry.value()));
  }
  return list;
}

const Holder* TokenList::find(std::string_view token) const {
  if (token.empty() || token.size() > kMaxToken) return nullptr;
  const Digest digest = digest_of(token);
  const Holder* found = nullptr;
  for (const Entry& entry : entries_) {
    if (CRYPTO_memcmp(digest.data(), entry.digest.data(), digest.size()) == 0) {
      found = &entry.holder;
    }
  }
  return found;
}

// Making one

std::string line_of(const Holder& holder, std::string_view token) {
  std::string line = holder.name;
  line.append(" ").append(kDigestPrefix);
  for (const unsigned char byte : TokenList::digest_of(token)) {
    line += kHexDigits[byte >> 4];
    line += kHexDigits[byte & 15];
  }
  for (const std::string& project : holder.projects) {
    line.append(" project=").append(project);
  }
  for (const std::string& service : holder.services) {
    line.append(" service=").append(service);
  }
  return line;
}

Result<std::string> new_token() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    return Failure::system("this machine gives no random bytes; no token was made");
  }
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string token(kTokenPrefix);
  unsigned waiting = 0;  // bits not written yet
  int count = 0;
  for (const unsigned char byte : bytes) {
    waiting = (waiting << 8 | byte) & 0xffff;
    for (count += 8; count >= 6; count -= 6) {
      token += kDigits[waiting >> (count - 6) & 63];
    }
  }
  token += kDigits[waiting << (6 - count) & 63];
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return token;
}

Result<bool> append_token(const std::string& file, const std::string& line) {
  const File open(file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK);
  if (open.get() < 0) return cannot("write", file, errno);
  ::flock(open.get(), LOCK_EX);  // against another that does the same; gone with the descriptor
  const auto text = read_all(open.get(), file);
  if (!text) return text.failure();
  const bool needs_break = !text.value().empty() && text.value().back() != '\n';
  const std::string more = (needs_break ? "\n" : "") + line + "\n";
  if (const auto list = TokenList::parse(text.value() + more); !list) {
    return Failure::usage(file + ", " + list.error() + "; nothing was written");
  }
  const auto size = static_cast<ssize_t>(more.size());
  const ssize_t written = ::write(open.get(), more.data(), more.size());
  if (written == size && ::fsync(open.get()) == 0) return true;
  const int error = written >= 0 && written < size ? ENOSPC : errno;
  // Half a line would keep a server from starting.
  [[maybe_unused]] const int cut = ::ftruncate(open.get(), static_cast<off_t>(text.value().size()));
  return cannot("write", file, error);
}

// The file

Tokens::Tokens(std::string file, FileWatch watch, TokenList list)
    : file_(std::move(file)),
      watch_(std::move(watch)),
      list_(std::make_shared<const TokenList>(std::move(list))) {}

Result<std::shared_ptr<Tokens>> Tokens::open(const std::string& file, const Clock& clock) {
  FileWatch watch(file, clock);
  auto list = read_list(file);
  if (!list) return list.failure();
  if (list.value().size() == 0) {
    return Failure::usage("the tokens file " + file +
                          " holds no token; make one: backend token NAME --tokens-file " + file);
  }
  return std::shared_ptr<Tokens>(
      new Tokens(file, std::move(watch), std::move(list.value())));  // NOLINT: private constructor
}

std::string Tokens::look() {
  switch (watch_.look()) {
    case FileWatch::News::none:
      return "";
    case FileWatch::News::gone:
      return "the tokens file " + file_ + " is gone; the tokens read from it stay good";
    case FileWatch::News::changed:
      break;
  }
  auto list = read_list(file_);
  if (!list) {
    return "the tokens file " + file_ + " has changed and is not taken over (" + list.error() +
           "); the tokens read before stay good";
  }
  list_ = std::make_shared<const TokenList>(std::move(list.value()));
  return "the tokens file " + file_ +
         " has changed; tokens that are good now: " + std::to_string(list_->size());
}

Tokens::Found Tokens::find(std::string_view token) {
  Found found;
  std::shared_ptr<const TokenList> list;
  {
    const std::lock_guard lock(mutex_);
    if (watch_.is_due()) found.notice = look();
    list = list_;
  }
  if (const Holder* holder = list->find(token)) {
    found.holder = {list, holder};  // lives as long as its list
  }
  return found;
}

}  // namespace jobtree::gateway
