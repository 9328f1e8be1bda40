// Digests by vectors of their standards, and the keys and texts that are empty.
#include "base/protocol/digest.h"

#include <string>

#include "base/hex.h"
#include "unit/catch.h"

namespace digest_test {

using namespace jobtree;

TEST_CASE("SHA-256 is that of FIPS 180-2") {
  const Sha256 sha256;
  REQUIRE(sha256("abc"));
  CHECK(to_hex(*sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(*sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("HMAC-SHA256 is that of RFC 4231, for keys of every length") {
  CHECK(to_hex(*HmacSha256(std::string(20, '\x0B'))("Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(*HmacSha256("Jefe")("what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(to_hex(*HmacSha256(std::string(131, '\xAA'))(
            "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("A key can sign nothing, and several texts in a row; no key signs none") {
  const HmacSha256 hmac("key");
  REQUIRE(hmac(""));
  CHECK(to_hex(*hmac("")) == "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0");
  CHECK(hmac("a") == hmac("a"));
  CHECK(hmac("a") != hmac("b"));
  CHECK_FALSE(HmacSha256("")("a"));
}

}  // namespace digest_test
