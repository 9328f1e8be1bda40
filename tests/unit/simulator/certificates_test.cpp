#include "simulator/wire/certificates.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "unit/catch.h"

namespace certificates_test {

using namespace jobtree::simulator;

namespace {

struct Judged {
  bool valid_now = false;
  bool for_loopback = false;
  bool for_localhost = false;
};

Judged judge(Tls kind) {
  const auto made = make_certificates(kind);
  REQUIRE(made);
  X509* leaf = SSL_CTX_get0_certificate(made.value().context.get());
  return {.valid_now = X509_cmp_current_time(X509_get0_notBefore(leaf)) < 0 &&
                       X509_cmp_current_time(X509_get0_notAfter(leaf)) > 0,
          .for_loopback = X509_check_ip_asc(leaf, "127.0.0.1", 0) == 1,
          .for_localhost = X509_check_host(leaf, "localhost", 0, 0, nullptr) == 1};
}

}  // namespace

TEST_CASE("Each certificate is wrong for one reason, or for none") {
  const Judged good = judge(Tls::good);
  CHECK((good.valid_now && good.for_loopback && good.for_localhost));
  const Judged misnamed = judge(Tls::wrong_name);
  CHECK((misnamed.valid_now && !misnamed.for_loopback && !misnamed.for_localhost));
  const Judged expired = judge(Tls::expired);
  CHECK((!expired.valid_now && expired.for_loopback && expired.for_localhost));
}

TEST_CASE("An authority is made anew each time") {
  const auto one = make_certificates(Tls::good);
  const auto two = make_certificates(Tls::good);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one.value().authority_pem.starts_with("-----BEGIN CERTIFICATE-----"));
  CHECK(one.value().authority_pem != two.value().authority_pem);
}

}  // namespace certificates_test
