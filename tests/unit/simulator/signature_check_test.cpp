// The check against the published vectors, and against everything that must not pass.
#include "simulator/cloud/signature_check.h"

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "unit/catch.h"

namespace signature_check_test {

namespace {

using namespace std::chrono_literals;
using jobtree::simulator::check_signature;
using jobtree::simulator::Key;
using jobtree::simulator::SignatureResult;
using jobtree::simulator::Verdict;
using nlohmann::json;
using Time = std::chrono::system_clock::time_point;

const json& vectors() {
  static const json data = [] {
    std::ifstream file(JOBTREE_TEST_DATA "/signing.json");
    return json::parse(file);
  }();
  return data;
}

Time time_of(const std::string& date) {
  std::tm parts{};
  std::istringstream(date) >> std::get_time(&parts, "%Y%m%dT%H%M%SZ");
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

/// A request that owns its text, so that a test can change a part of it.
struct Signed {
  std::string method;
  std::string path;
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Key key;
  Time now;

  SignatureResult check() const {
    const std::string target = query.empty() ? path : path + '?' + query;
    return check_signature({method, target, headers, body}, {&key, 1}, now);
  }
  std::string& header(const std::string& name) {
    for (auto& [key_of, value] : headers) {
      if (key_of == name) return value;
    }
    headers.emplace_back(name, "");
    return headers.back().second;
  }
  void remove(const std::string& name) {
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
  }
};

Signed from_vector(const json& vector) {
  const json& input = vector.at("input");
  Signed request{input.at("method"),
                 input.at("wire_path"),
                 input.at("wire_query"),
                 {},
                 input.at("body").is_null() ? "" : input.at("body").get<std::string>(),
                 {input.at("ak"), input.at("sk")},
                 time_of(input.at("date"))};
  request.header("Host") = input.at("host");
  request.header("X-Sdk-Date") = input.at("date");
  for (const json& header : input.at("headers")) {
    request.headers.emplace_back(header.at(0), header.at(1));
  }
  request.header("Authorization") = vector.at("expected").at("authorization");
  return request;
}

/// The Go SDK's own test values, which sign the date alone.
Signed from_go_test(const json& vector) {
  std::string path = vector.at("canonical_uri");
  path.pop_back();
  Signed request{vector.at("method"),
                 path,
                 vector.at("canonical_query"),
                 {},
                 vector.at("body"),
                 {vector.at("ak"), vector.at("sk")},
                 time_of(vector.at("date"))};
  request.header("Host") = "any.example.com";
  request.header("X-Sdk-Date") = vector.at("date");
  request.header("Authorization") = vector.at("authorization");
  return request;
}

Signed example() {
  return from_vector(vectors().at("vectors").at(2));
}

void flip(char& c) {
  c = c == '0' ? '1' : '0';
}

}  // namespace

TEST_CASE("Every published vector is genuine, with the canonical request it states") {
  REQUIRE(vectors().at("vectors").size() >= 40);
  for (const json& vector : vectors().at("vectors")) {
    INFO(vector.at("id"));
    const SignatureResult checked = from_vector(vector).check();
    CHECK(checked.reason == "");
    CHECK(checked.verdict == Verdict::genuine);
    CHECK(vector.at("input").at("ak") == checked.access);
    CHECK(vector.at("expected").at("canonical_request") == checked.canonical_request);
  }
}

TEST_CASE("The values printed in the Go SDK's tests are genuine, SM3 is another algorithm") {
  for (const json& vector : vectors().at("go_unit_tests").at("vectors")) {
    INFO(vector.dump());
    const SignatureResult checked = from_go_test(vector).check();
    if (vector.at("algorithm") == "SDK-HMAC-SM3") {
      CHECK(checked.verdict == Verdict::malformed_authorization);
    } else {
      CHECK(checked.verdict == Verdict::genuine);
    }
  }
}

TEST_CASE("A vector with one byte changed anywhere is no longer genuine") {
  const std::vector<std::pair<std::string, std::function<void(Signed&)>>> changes = {
      {"method", [](Signed& r) { r.method = "PUT"; }},
      {"path",
       [](Signed& r) {
         if (r.path.size() > 1) {
           r.path.back() = r.path.back() == 'q' ? 'r' : 'q';
         } else {
           r.path = "/q";
         }
       }},
      {"query",
       [](Signed& r) {
         if (r.query.empty()) {
           r.query = "q";
         } else {
           flip(r.query.back());
         }
       }},
      {"body",
       [](Signed& r) {
         if (r.body.empty()) {
           r.body = "x";
         } else {
           flip(r.body.back());
         }
       }},
      {"date", [](Signed& r) { flip(r.header("X-Sdk-Date")[14]); }},
      {"host", [](Signed& r) { r.header("Host") += "1"; }},
      {"signature", [](Signed& r) { flip(r.header("Authorization").back()); }},
      {"secret", [](Signed& r) { flip(r.key.secret.back()); }},
  };
  for (const json& vector : vectors().at("vectors")) {
    for (const auto& [what, change] : changes) {
      // The client said that its body is not covered.
      if (what == "body" && vector.at("id") == "body-unsigned-payload") continue;
      INFO(vector.at("id") << ": " << what);
      Signed request = from_vector(vector);
      change(request);
      const SignatureResult checked = request.check();
      CHECK(checked.verdict == Verdict::wrong_signature);
      CHECK(checked.reason.find("verify aksk signature fail, canonicalRequest:") == 0);
    }
  }
}

TEST_CASE("A signed header that changes is noticed") {
  for (const json& vector : vectors().at("vectors")) {
    for (const json& header : vector.at("input").at("headers")) {
      INFO(vector.at("id") << ": " << header);
      Signed request = from_vector(vector);
      request.header(header.at(0)) += "1";
      CHECK(request.check().verdict == Verdict::wrong_signature);
      request.remove(header.at(0));
      CHECK(request.check().verdict == Verdict::bad_header);
    }
  }
}

TEST_CASE("The refusal quotes the canonical request on one line") {
  Signed request = example();
  flip(request.header("Authorization").back());
  const SignatureResult checked = request.check();
  CHECK(checked.reason ==
        "verify aksk signature fail, canonicalRequest:GET|/v1/0605767cc80010f42f1ec00bc0e6b7a8/"
        "jobs/ff808082843684110184e155fdb36461/||host:vpc.cn-north-4.myhuaweicloud.com|"
        "x-project-id:0605767cc80010f42f1ec00bc0e6b7a8|x-sdk-date:20261123T141500Z||"
        "host;x-project-id;x-sdk-date|"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("A date may be fifteen minutes off, either way, and no second more") {
  Signed request = example();
  const Time signed_at = request.now;
  for (const auto off : {15min, -15min}) {
    request.now = signed_at + off;
    CHECK(request.check().verdict == Verdict::genuine);
  }
  request.now = signed_at + 15min + 1s;
  CHECK(request.check().verdict == Verdict::expired);
  CHECK(request.check().reason ==
        "calc aksk signature fail:signature expired, signature time:20261123T141500Z,"
        "server time:20261123T143001Z");
  request.now = signed_at - 15min - 1s;
  CHECK(request.check().verdict == Verdict::expired);
  for (const auto off : {15min + 1ms, -15min - 1ms}) {
    request.now = signed_at + off;
    CHECK(request.check().verdict == Verdict::expired);
  }
}

TEST_CASE("A date of any year is off by so much and no accident of arithmetic") {
  // The last two are so far away that nanoseconds of 64 bits have come around to the server's time.
  for (const char* text : {"00000101T000000Z", "16780101T000000Z", "22620412T000000Z",
                           "99991231T235960Z", "26110614T134933Z", "14420505T144027Z"}) {
    INFO(text);
    Signed request = example();
    request.header("X-Sdk-Date") = text;
    CHECK(request.check().verdict == Verdict::expired);
  }
}

TEST_CASE("A date that is missing, unsigned, twice there or no date is refused") {
  Signed missing = example();
  missing.remove("X-Sdk-Date");
  CHECK(missing.check().verdict == Verdict::bad_date);

  Signed twice = example();
  twice.headers.emplace_back("x-sdk-date", "20261123T141500Z");
  CHECK(twice.check().verdict == Verdict::bad_date);

  Signed unsigned_date = example();
  std::string& authorization = unsigned_date.header("Authorization");
  const std::string name = ";x-sdk-date";
  authorization.erase(authorization.find(name), name.size());
  CHECK(unsigned_date.check().verdict == Verdict::bad_date);

  for (const char* text : {"", "20261123", "20261123T141500", "20261123 141500Z",
                           "20261323T141500Z", "20260230T141500Z", "20261123T241500Z",
                           "2026-11-23T14:15:00Z", "20261123T1415-1Z", "xxxxxxxxTxxxxxxZ"}) {
    INFO(text);
    Signed request = example();
    request.header("X-Sdk-Date") = text;
    CHECK(request.check().verdict == Verdict::bad_date);
  }
}

TEST_CASE("An Authorization that is absent, odd or there twice is refused before anything else") {
  Signed absent = example();
  absent.remove("Authorization");
  CHECK(absent.check().verdict == Verdict::no_authorization);
  CHECK(absent.check().reason == "x-auth-token not found");

  Signed twice = example();
  twice.headers.emplace_back("authorization", twice.header("Authorization"));
  CHECK(twice.check().verdict == Verdict::malformed_authorization);

  const std::string signature(64, 'a');
  const std::vector<std::string> odd = {
      "",
      "SDK-HMAC-SHA256",
      "SDK-HMAC-SHA256 ",
      "Bearer abc",
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date",
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date, Signature=",
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date, Signature=" + signature + "a",
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date, Signature=" + signature + ", More=1",
      "SDK-HMAC-SHA256 Access=, SignedHeaders=x-sdk-date, Signature=" + signature,
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=, Signature=" + signature,
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date;host, Signature=" + signature,
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=host;host;x-sdk-date, Signature=" + signature,
      "SDK-HMAC-SHA256 Access=A, SignedHeaders=Host;x-sdk-date, Signature=" + signature,
      "SDK-HMAC-SHA256 Credential=A, SignedHeaders=x-sdk-date, Signature=" + signature,
      "SDK-HMAC-SHA1 Access=A, SignedHeaders=x-sdk-date, Signature=" + signature,
      "V11-HMAC-SHA256 Credential=A/20261123/r, SignedHeaders=x-sdk-date, Signature=" + signature,
      "V11-HMAC-SHA256 Credential=A/20261123//s, SignedHeaders=x-sdk-date, Signature=" + signature,
      "SDK-HMAC-SHA256 Access=" + std::string(5000, 'A') +
          ", SignedHeaders=x-sdk-date, Signature=" + signature,
  };
  for (const std::string& text : odd) {
    INFO(text);
    Signed request = example();
    request.header("Authorization") = text;
    CHECK(request.check().verdict == Verdict::malformed_authorization);
  }
}

TEST_CASE("A key nobody knows is named in the refusal") {
  Signed request = example();
  request.key.access = "SOMEBODYELSE00000001";
  const SignatureResult checked = request.check();
  CHECK(checked.verdict == Verdict::unknown_key);
  CHECK(checked.reason == "ak AKTESTVECTOR00000001 not exist");
}

TEST_CASE("Host must be there exactly once, also when it is not signed") {
  const json& go_test = vectors().at("go_unit_tests").at("vectors").at(0);
  Signed unsigned_host = from_go_test(go_test);
  unsigned_host.remove("Host");
  CHECK(unsigned_host.check().verdict == Verdict::bad_header);

  Signed twice = example();
  twice.headers.emplace_back("host", twice.header("Host"));
  CHECK(twice.check().verdict == Verdict::bad_header);
}

TEST_CASE("A signature covers the host with its port") {
  for (const json& vector : vectors().at("vectors")) {
    if (vector.at("id") != "host-port") continue;
    Signed request = from_vector(vector);
    std::string& host = request.header("Host");
    host.erase(host.find(':'));
    CHECK(request.check().verdict == Verdict::wrong_signature);
  }
}

TEST_CASE("A header that is signed and repeated is refused") {
  Signed request = example();
  request.headers.emplace_back("x-project-id", request.header("X-Project-Id"));
  CHECK(request.check().verdict == Verdict::bad_header);
}

TEST_CASE("Names of headers are read in any case and values without the blanks around them") {
  Signed request = example();
  for (auto& [name, value] : request.headers) {
    for (char& c : name)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    value.insert(0, " \t").append("  ");
  }
  CHECK(request.check().verdict == Verdict::genuine);
}

TEST_CASE("An escape is decoded once, in either case, and an escaped slash separates nothing") {
  for (const json& vector : vectors().at("vectors")) {
    Signed request = from_vector(vector);
    if (vector.at("id") == "path-unicode-2byte") {
      request.path = "/v1/p/jobs/%c3%a9";
      CHECK(request.check().verdict == Verdict::genuine);
      request.path = "/v1/p/jobs/%25C3%25A9";
      CHECK(request.check().verdict == Verdict::wrong_signature);
    }
    if (vector.at("id") == "eip-job-minimal") {
      request.path.replace(request.path.rfind('/'), 1, "%2F");
      CHECK(request.check().verdict == Verdict::wrong_signature);
    }
  }
}

TEST_CASE("A derived key is good for the day it names and for that region and service alone") {
  for (const json& vector : vectors().at("vectors")) {
    if (vector.at("id") != "derived-eip") continue;
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"20261123", "20261122"}, {"cn-north-4", "cn-north-1"}, {"/eip", "/ecs"}}) {
      INFO(from);
      Signed request = from_vector(vector);
      std::string& authorization = request.header("Authorization");
      authorization.replace(authorization.find(from), from.size(), to);
      CHECK(request.check().verdict == Verdict::wrong_signature);
    }
  }
}

}  // namespace signature_check_test
