#include "notify/sending/mail_sender.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/ascii.h"
#include "cloud/ask/curl_handle.h"
#include "notify/target_policy.h"

namespace jobtree::notify {
namespace {

constexpr long kConnectMilliseconds = 5'000;
constexpr long kTotalMilliseconds = 30'000;
constexpr std::size_t kLongestReplyLine = 512;  // RFC 5321 section 4.5.3.1.5
constexpr int kGoAhead = 354;                   // the reply to DATA
constexpr int kFirstRefusal = 400;

/// What curl's callbacks see while one mail is sent.
struct Delivery {
  std::string_view left;   ///< of the message
  bool was_given = false;  ///< all of it went to libcurl
  std::string line{};      ///< of the server's replies: the first that refuses, else the last
  const std::atomic<bool>* is_stopped = nullptr;
};

// Exceptions must not pass through curl's C code.

std::size_t on_read(char* to, std::size_t one, std::size_t size, void* user) {
  auto& delivery = *static_cast<Delivery*>(user);
  const std::size_t count = std::min(one * size, delivery.left.size());
  delivery.left.copy(to, count);
  delivery.left.remove_prefix(count);
  if (delivery.left.empty()) delivery.was_given = true;
  return count;
}

/// 4xx and 5xx. What comes after such a line is only the farewell.
bool refuses(std::string_view line) {
  return line.starts_with('4') || line.starts_with('5');
}

/// libcurl passes the lines of the server's replies as if they were headers.
std::size_t on_reply(char* data, std::size_t one, std::size_t size, void* user) {
  try {
    const std::string_view line(data, one * size);
    std::string& kept = static_cast<Delivery*>(user)->line;
    if (!refuses(kept)) kept = trimmed(line.substr(0, kLongestReplyLine), kWhitespace);
    return one * size;
  } catch (const std::exception&) {
    return 0;
  }
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<Delivery*>(user)->is_stopped ? 1 : 0;
}

/// "550 5.1.1 No such user" without the code.
std::string words_of(std::string_view line) {
  constexpr std::size_t kCode = 4;
  return std::string(line.substr(std::min(kCode, line.size())));
}

/// The password as C reads it.
Secret ended_by_nul(const ChannelSecrets& secrets) {
  const std::string_view password =
      secrets.keys.empty() ? std::string_view() : secrets.keys.front().reveal();
  std::string text(password.size() + 1, '\0');  // of the right size at once: no copy is left behind
  password.copy(text.data(), password.size());
  Secret secret(text);
  OPENSSL_cleanse(text.data(), text.size());
  return secret;
}

Response response_of(CURLcode code, int status, const Delivery& delivery, const char* trouble) {
  if (code == CURLE_OK) return {.status = 250, .body = words_of(delivery.line)};
  if (status >= kFirstRefusal) return {.status = status, .body = words_of(delivery.line)};
  // After its last line nobody knows whether the server has taken the mail.
  return {.trouble = trouble, .may_have_arrived = delivery.was_given && status == kGoAhead};
}

class MailSender final : public Sender {
 public:
  MailSender(const Channel& channel, const ChannelSecrets& secrets)
      : policy_(channel.allowed_networks),
        url_(url_of(channel, secrets)),
        user_(channel.user),
        password_(ended_by_nul(secrets)),
        ca_file_(channel.ca_file) {}

  Result<Response> send(const Dispatch& dispatch) override {
    const auto& mail = std::get<Mail>(dispatch);
    const cloud::Handle handle(curl_easy_init());
    const cloud::CurlList to(curl_slist_append(nullptr, ('<' + mail.to + '>').c_str()));
    if (handle == nullptr || to == nullptr) return Response{.trouble = "out of memory"};
    std::optional<Failure> refused;
    const cloud::MayConnect may_connect = [&](const IpAddress& address) {
      auto why = policy_.refused(address, true);
      if (why) refused = std::move(why);
      return !refused.has_value();
    };
    Delivery delivery{.left = mail.message, .is_stopped = &is_stopped_};
    std::array<char, CURL_ERROR_SIZE> error{};
    configure(handle.get());
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, ('<' + mail.from + '>').c_str());
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(handle.get(), CURLOPT_READDATA, &delivery);
    curl_easy_setopt(handle.get(), CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(mail.message.size()));
    curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &delivery);
    curl_easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &delivery);
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, error.data());
    cloud::judge_addresses(handle.get(), &may_connect);
    const CURLcode code = curl_easy_perform(handle.get());
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_COULDNT_CONNECT && refused) return *std::move(refused);
    return response_of(code, static_cast<int>(status), delivery,
                       error[0] != '\0' ? error.data() : curl_easy_strerror(code));
  }

  void stop() override { is_stopped_ = true; }

 private:
  void configure(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kTotalMilliseconds);
    curl_easy_setopt(handle, CURLOPT_USE_SSL, long{CURLUSESSL_ALL});
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file_.empty()) {
      curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file_.c_str());
      curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    }
    if (!user_.empty()) {
      curl_easy_setopt(handle, CURLOPT_USERNAME, user_.c_str());
      curl_easy_setopt(handle, CURLOPT_PASSWORD, password_.reveal().data());
    }
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_reply);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  }

  const TargetPolicy policy_;
  const std::string url_;
  const std::string user_;
  const Secret password_;  ///< with a NUL behind
  const std::string ca_file_;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Sender>> make_mail_sender(const Channel& channel,
                                                 const ChannelSecrets& secrets) {
  if (auto failure = cloud::start_curl()) return *std::move(failure);
  if (!channel.ca_file.empty() && ::access(channel.ca_file.c_str(), R_OK) != 0) {
    return Failure::usage(
        bilingual({"cannot read the CA file {0}", "无法读取 CA 证书文件 {0}"}, channel.ca_file));
  }
  return std::unique_ptr<Sender>(std::make_unique<MailSender>(channel, secrets));
}

}  // namespace jobtree::notify
