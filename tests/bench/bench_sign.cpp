// What a signature costs next to the bare digests it cannot do without: SHA-256 of the canonical
// request and HMAC-SHA256 of the string to sign, each thread with contexts of its own, prepared. In
// one thread, and in two that share the signer, in turn in one run.
//
// Prints one line of JSON for sign.js, nanoseconds by round: no medians, no budget.
// usage: bench_sign [ROUNDS]
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/utc.h"
#include "cloud/key/signer.h"

using namespace jobtree;
using namespace jobtree::cloud;
using nlohmann::json;

namespace {

constexpr int kDefaultRounds = 9;
constexpr int kMaxRounds = 1000;
constexpr int kTimesARound = 10'000;

// sign.js has the same and compares the Authorization header that comes of it.
constexpr const char* kAccess = "AKTESTVECTOR00000001";
constexpr std::string_view kSecret = "sk/Test+Vector=Key0123456789abcdefABCDEF";
constexpr std::string_view kHost = "vpc.cn-north-4.myhuaweicloud.com";
constexpr std::string_view kPath =
    "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/jobs/ff808082843684110184e155fdb36461";
constexpr const char* kProject = "77b6a44cba5143ab91d13ab9a8ff44fd";
constexpr std::chrono::sys_seconds kMoment{std::chrono::seconds(1'795'443'300)};

/// The two digests alone, as fast as OpenSSL does them: nothing is looked up, keyed, allocated or
/// shared between threads.
class BareDigests {
 public:
  BareDigests() {
    std::array<char, 7> name{"SHA256"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string("digest", name.data(), 0), OSSL_PARAM_construct_end()};
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
    keyed_.reset(EVP_MAC_CTX_new(hmac.get()));
    EVP_MAC_init(keyed_.get(), bytes_of(kSecret), kSecret.size(), parameters.data());
  }

  /// The HMAC's bytes.
  std::string_view operator()(std::string_view canonical_request, std::string_view to_sign) {
    EVP_DigestInit_ex(digest_.get(), sha256_.get(), nullptr);
    EVP_DigestUpdate(digest_.get(), canonical_request.data(), canonical_request.size());
    EVP_DigestFinal_ex(digest_.get(), out_.data(), nullptr);
    std::size_t size = 0;
    EVP_MAC_init(keyed_.get(), nullptr, 0, nullptr);
    EVP_MAC_update(keyed_.get(), bytes_of(to_sign), to_sign.size());
    EVP_MAC_final(keyed_.get(), out_.data(), &size, out_.size());
    return {reinterpret_cast<const char*>(out_.data()), size};
  }

 private:
  static const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }

  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256_{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                          EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest_{EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> keyed_{nullptr, EVP_MAC_CTX_free};
  std::array<unsigned char, EVP_MAX_MD_SIZE> out_{};
};

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(c));
    text += digits.data();
  }
  return text;
}

struct Cost {
  double each = 0;    ///< what one call takes the thread that makes it
  double in_all = 0;  ///< what the threads together need for one more call
};

/// Runs what `prepare()` returns, one for each thread, kTimesARound times each and all at once.
template <class Prepare>
Cost measure(int threads, const Prepare& prepare) {
  using Clock = std::chrono::steady_clock;
  using Nanoseconds = std::chrono::duration<double, std::nano>;
  struct Span {
    Clock::time_point began;
    Clock::time_point ended;
    std::size_t sum = 0;  ///< of what the calls gave, or the compiler might leave them out
  };
  std::vector<Span> spans(static_cast<std::size_t>(threads));
  std::atomic<int> ready = 0;
  const auto run = [&](Span& span) {
    auto work = prepare();
    std::size_t sum = work();
    ++ready;
    while (ready < threads)
      std::this_thread::yield();
    span.began = Clock::now();
    for (int i = 0; i < kTimesARound; ++i)
      sum += work();
    span.ended = Clock::now();
    span.sum = sum;
  };
  std::vector<std::jthread> running;
  running.reserve(spans.size());
  for (Span& span : spans)
    running.emplace_back(run, std::ref(span));
  running.clear();  // waits for them

  Cost cost;
  if (std::ranges::find(spans, std::size_t{0}, &Span::sum) != spans.end()) return cost;
  for (const Span& span : spans)
    cost.each += Nanoseconds(span.ended - span.began).count() / kTimesARound / threads;
  const auto began = std::ranges::min(spans, {}, &Span::began).began;
  const auto ended = std::ranges::max(spans, {}, &Span::ended).ended;
  cost.in_all = Nanoseconds(ended - began).count() / kTimesARound / threads;
  return cost;
}

int fail(const std::string& what) {
  std::fprintf(stderr, "bench_sign: %s\n", what.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = kDefaultRounds;
  if (argc > 1) {
    const std::string_view text = argv[1];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rounds);
    if (argc > 2 || error != std::errc() || end != text.data() + text.size() || rounds < 1 ||
        rounds > kMaxRounds) {
      return fail("usage: bench_sign [ROUNDS], 1 to 1000");
    }
  }

  const Signer signer({kAccess, Secret(std::string(kSecret))});
  const std::vector<Header> headers{{"X-Project-Id", kProject}};
  Request request;
  request.host = kHost;
  request.path = kPath;
  request.headers = headers;
  const auto example = signer.sign(request, sdk_date(kMoment));
  if (!example) return fail(example.error());
  const std::string& canonical = example.value().canonical_request;
  const std::string& to_sign = example.value().string_to_sign;
  if (hex(BareDigests()(canonical, to_sign)) != example.value().signature) {
    return fail("the bare digests and the signer do not agree");
  }

  const auto bare = [&] {
    return [&, digests = std::make_unique<BareDigests>()] {
      return (*digests)(canonical, to_sign).size();
    };
  };
  const auto date = [] { return [] { return sdk_date(kMoment).size(); }; };
  const auto whole = [&] {
    return [&] { return signer.sign(request, sdk_date(kMoment)).value().signature.size(); };
  };

  json out{{"canonical_bytes", canonical.size()},
           {"to_sign_bytes", to_sign.size()},
           {"authorization", example.value().authorization}};
  for (int round = 0; round < rounds; ++round) {
    out["date"].push_back(measure(1, date).each);
    for (const int threads : {1, 2}) {
      json& setting = out[threads == 1 ? "one" : "two"];
      const auto add = [&setting, threads](const char* name, const auto& prepare) {
        const Cost cost = measure(threads, prepare);
        setting[name]["each"].push_back(cost.each);
        setting[name]["in_all"].push_back(cost.in_all);
      };
      add("bare", bare);
      add("signature", whole);
    }
  }
  std::puts(out.dump().c_str());
  return 0;
}
