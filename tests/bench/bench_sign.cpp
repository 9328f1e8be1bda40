// What a signature costs next to the bare digests it cannot do without: SHA-256 of the canonical
// request and HMAC-SHA256 of the string to sign, with OpenSSL's contexts prepared, in turn in one
// run. Prints nanoseconds and the ratio.
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "cloud/signer.h"

using namespace jobtree::cloud;

namespace {

constexpr int kRounds = 31;
constexpr int kSignaturesARound = 20'000;
constexpr double kBudget = 3.0;
constexpr const char* kDate = "20261123T141500Z";

template <class Work>
double nanoseconds_each(Work&& work) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kSignaturesARound; ++i)
    work();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  return took.count() / kSignaturesARound;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  const Key key{"AKTESTVECTOR00000001", Secret("sk/Test+Vector=Key0123456789abcdefABCDEF")};
  const Signer signer(key);
  const std::vector<Header> headers{{"X-Project-Id", "77b6a44cba5143ab91d13ab9a8ff44fd"}};
  Request request;
  request.host = "vpc.cn-north-4.myhuaweicloud.com";
  request.path = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/jobs/ff808082843684110184e155fdb36461";
  request.headers = headers;

  const auto example = signer.sign(request, kDate);
  if (!example) {
    std::fprintf(stderr, "bench_sign: %s\n", example.error().c_str());
    return 1;
  }
  const std::string canonical = example.value().canonical_request;
  const std::string to_sign = example.value().string_to_sign;

  EVP_MD* md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* keyed = EVP_MAC_CTX_new(mac);
  std::array<char, 7> digest_name{"SHA256"};
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string("digest", digest_name.data(), 0),
      OSSL_PARAM_construct_end()};
  const std::string& secret = "sk/Test+Vector=Key0123456789abcdefABCDEF";
  EVP_MAC_init(keyed, reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
               parameters.data());

  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  const auto bare = [&] {
    unsigned int size = 0;
    EVP_Digest(canonical.data(), canonical.size(), out.data(), &size, md, nullptr);
    std::size_t mac_size = 0;
    EVP_MAC_init(keyed, nullptr, 0, nullptr);
    EVP_MAC_update(keyed, reinterpret_cast<const unsigned char*>(to_sign.data()), to_sign.size());
    EVP_MAC_final(keyed, out.data(), &mac_size, out.size());
  };
  std::size_t sink = 0;
  const auto whole = [&] { sink += signer.sign(request, kDate).value().signature.size(); };

  std::vector<double> bares;
  std::vector<double> wholes;
  for (int i = 0; i < kRounds; ++i) {
    bares.push_back(nanoseconds_each(bare));
    wholes.push_back(nanoseconds_each(whole));
  }
  EVP_MAC_CTX_free(keyed);
  EVP_MAC_free(mac);
  EVP_MD_free(md);
  std::printf("one signature, against the bare SHA-256 and HMAC of the same %zu + %zu bytes\n",
              canonical.size(), to_sign.size());
  std::printf("  signature %.0f ns, digests %.0f ns, ratio %.2f (budget %.2f)\n", median(wholes),
              median(bares), median(wholes) / median(bares), kBudget);
  return sink == 0 ? 1 : 0;
}
