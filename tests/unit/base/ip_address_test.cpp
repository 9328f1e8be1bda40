// Addresses in all their spellings, and networks of them.
#include "base/protocol/ip_address.h"

#include <string>

#include "unit/catch.h"

namespace ip_address_test {

using namespace jobtree;

namespace {

std::string form_of(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->text() : "none";
}

bool is_in(std::string_view network, std::string_view address) {
  return IpNetwork::parse(network).value().contains(IpAddress::parse(address).value());
}

}  // namespace

TEST_CASE("An address has one form for all its spellings") {
  CHECK(form_of("10.0.0.1") == "10.0.0.1");
  CHECK(form_of("2001:DB8:0::0:7") == "2001:db8::7");
  CHECK(form_of("::ffff:10.0.0.1") == "10.0.0.1");
  CHECK(form_of("0:0:0:0:0:ffff:0a00:0001") == "10.0.0.1");
  CHECK(IpAddress::parse("::ffff:10.0.0.1") == IpAddress::parse("10.0.0.1"));
  CHECK(IpAddress::parse("::1") != IpAddress::parse("0.0.0.1"));
}

TEST_CASE("What only resembles an address is none") {
  for (const std::string text :
       {"", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.0.0.1", "256.1.1.1", "10.0.0.1:80",
        "[::1]", "fe80::1%eth0", ":::", "::1 ", "localhost", "10.0.0.0/8"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string("10.0.0.1\0x", 10)));
  CHECK_FALSE(IpAddress::parse(std::string(8000, '1')));
}

TEST_CASE("A network has the addresses that begin with its bits") {
  CHECK(is_in("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(is_in("10.0.0.0/8", "11.0.0.0"));
  CHECK(is_in("172.16.0.0/12", "172.31.255.255"));
  CHECK_FALSE(is_in("172.16.0.0/12", "172.32.0.0"));
  CHECK(is_in("0.0.0.0/0", "255.255.255.255"));
  CHECK_FALSE(is_in("0.0.0.0/0", "::1"));
  CHECK(is_in("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(is_in("192.0.2.7", "192.0.2.6"));
  CHECK(is_in("fc00::/7", "fdff::1"));
  CHECK_FALSE(is_in("fc00::/7", "fe00::1"));
  CHECK(is_in("10.0.0.0/8", "::ffff:10.1.2.3"));
}

TEST_CASE("A network that says two things, or none, is refused") {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
                           "10.0.0.0/8 ", "10.0.0.0/08x", "10.0.0.1/8", "::1/0", "fd00::/129",
                           "10.0.0.0/8/8", "example.com/8", "10.0.0.0/4294967297"}) {
    CAPTURE(text);
    CHECK_FALSE(IpNetwork::parse(text));
  }
}

}  // namespace ip_address_test
