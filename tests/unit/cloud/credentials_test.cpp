// Which key is found where, and what is said when none is.
#include "cloud/key/credentials.h"

#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "cloud/key/environment_source.h"
#include "cloud/key/key_ring.h"
#include "support/home.h"
#include "unit/catch.h"

namespace credentials_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

constexpr const char* kProject = "0605767cc80010f42f1ec00bc0e6b7a8";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The first key of a ring, which looks in every place.
jobtree::Result<std::shared_ptr<KeyInUse>> find(const Variables& variables,
                                                const std::string& profile = "") {
  auto ring = KeyRing::open(environment_of(variables), {.profile_file = profile}, real_clock());
  if (!ring) return ring.failure();
  auto current = ring.value()->current();
  if (!current) return current.failure();
  return current.value().key;
}

std::string error_of(const Variables& variables, const std::string& profile = "") {
  const auto found = find(variables, profile);
  return found ? "found a key" : found.error();
}

}  // namespace

TEST_CASE("A key pair of the environment is found under each family's names") {
  const auto sdk = find({{"HUAWEICLOUD_SDK_AK", "AK1"},
                         {"HUAWEICLOUD_SDK_SK", "SK1"},
                         {"HUAWEICLOUD_SDK_SECURITY_TOKEN", "T1"},
                         {"HUAWEICLOUD_SDK_PROJECT_ID", kProject}});
  REQUIRE(sdk);
  CHECK(sdk.value()->credentials.key.access == "AK1");
  CHECK(sdk.value()->credentials.key.secret.reveal() == "SK1");
  CHECK(sdk.value()->credentials.security_token.reveal() == "T1");
  CHECK(sdk.value()->credentials.project_id == kProject);
  CHECK(contains(sdk.value()->credentials.source.en, "HUAWEICLOUD_SDK_AK"));

  const auto page = find({{"CLOUD_SDK_AK", "AK2"}, {"CLOUD_SDK_SK", "SK2"}});
  REQUIRE(page);
  CHECK(page.value()->credentials.key.access == "AK2");
  CHECK(page.value()->credentials.security_token.empty());
  CHECK(page.value()->credentials.project_id.empty());

  const auto terraform = find({{"HW_ACCESS_KEY", "AK3"},
                               {"HW_SECRET_KEY", "SK3"},
                               {"HW_SECURITY_TOKEN", "T3"},
                               {"HW_PROJECT_ID", kProject}});
  REQUIRE(terraform);
  CHECK(terraform.value()->credentials.key.secret.reveal() == "SK3");
  CHECK(terraform.value()->credentials.security_token.reveal() == "T3");
}

TEST_CASE("Families are tried in order and never mixed") {
  Variables all{{"HUAWEICLOUD_SDK_AK", "AK1"}, {"HUAWEICLOUD_SDK_SK", "SK1"},
                {"CLOUD_SDK_AK", "AK2"},       {"CLOUD_SDK_SK", "SK2"},
                {"HW_ACCESS_KEY", "AK3"},      {"HW_SECRET_KEY", "SK3"},
                {"HW_SECURITY_TOKEN", "T3"}};
  CHECK(find(all).value()->credentials.key.access == "AK1");
  CHECK(find(all).value()->credentials.security_token.empty());
  all["HUAWEICLOUD_SDK_AK"] = all["HUAWEICLOUD_SDK_SK"] = "";  // set but empty is as good as unset
  CHECK(find(all).value()->credentials.key.access == "AK2");
  all.erase("CLOUD_SDK_AK");
  all.erase("CLOUD_SDK_SK");
  CHECK(find(all).value()->credentials.key.access == "AK3");
}

TEST_CASE("Half a pair is an error that names the missing half") {
  CHECK(error_of({{"HUAWEICLOUD_SDK_AK", "AK"}}) ==
        "HUAWEICLOUD_SDK_AK is set but HUAWEICLOUD_SDK_SK is not; a key needs both");
  CHECK(error_of({{"HW_SECRET_KEY", "SK"}}) ==
        "HW_SECRET_KEY is set but HW_ACCESS_KEY is not; a key needs both");
  CHECK(
      contains(error_of({{"CLOUD_SDK_AK", "AK"}, {"HW_ACCESS_KEY", "AK"}, {"HW_SECRET_KEY", "SK"}}),
               "CLOUD_SDK_SK is not"));
  const Home home;
  const std::string file = home.write("p", "[basic]\nak = AK\n");
  CHECK(contains(error_of({}, file), file + ", ak is set but sk is not"));
}

TEST_CASE("A key is found in the profile file at home") {
  const Home home;
  const std::string file = home.write(
      ".huaweicloud/credentials", std::string("\xEF\xBB\xBF# mine\r\n[global]\r\nak = WRONG\r\n") +
                                      "[basic]\r\n; comment\r\n ak =AK4 \r\nsk\t= a=b==\r\n" +
                                      "iam_endpoint = https://x\r\nproject_id = " + kProject +
                                      "\r\nsecurity_token = T4");
  const auto found = find({{"HOME", home.path()}});
  REQUIRE(found);
  CHECK(found.value()->credentials.key.access == "AK4");
  CHECK(found.value()->credentials.key.secret.reveal() == "a=b==");
  CHECK(found.value()->credentials.security_token.reveal() == "T4");
  CHECK(found.value()->credentials.project_id == kProject);
  CHECK(joined(found.value()->credentials.iam) == "https://x");
  CHECK(contains(found.value()->credentials.source.en, file));
}

TEST_CASE("A profile says where IAM is, as an endpoint is written elsewhere") {
  const Home home;
  const auto profile = [&home](const std::string& iam) {
    return home.write("p", "[basic]\nak=AK\nsk=SK\niam_endpoint = " + iam + "\n");
  };
  const auto found = find({}, profile("iam.example, iam.other.example"));
  REQUIRE(found);
  CHECK(joined(found.value()->credentials.iam) == "https://iam.example,https://iam.other.example");
  const std::string file = profile("http://iam.example");
  CHECK(contains(error_of({}, file), file + ", iam_endpoint: http is only for"));
}

TEST_CASE("What stands in a profile and is not used is told") {
  const Home home;
  const std::string file = home.write(
      "p", "[basic]\nak=AK\nsk=SK\nregion=x\n\x01=y\nprojectid=z\n[global]\nak=A\n[other]\nq=1\n");
  ::chmod(file.c_str(), 0600);
  auto ring = KeyRing::open(Environment(), {.profile_file = file}, real_clock());
  REQUIRE(ring);
  const auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(current.value().notice.en ==
        "names in " + file + " that are not used: region, projectid; section [global] of " + file +
            " is not used; [basic] is for all services");
}

TEST_CASE("A named profile file goes before the variable, the variable before home") {
  const Home home;
  const auto profile = [&home](const std::string& name, const std::string& access) {
    return home.write(name, "[basic]\nak=" + access + "\nsk=SK\n");
  };
  profile(".huaweicloud/credentials", "HOME");
  const std::string by_variable = profile("variable", "VARIABLE");
  const std::string by_flag = profile("flag", "FLAG");
  Variables variables{{"HOME", home.path()}};
  CHECK(find(variables).value()->credentials.key.access == "HOME");
  variables["HUAWEICLOUD_SDK_CREDENTIALS_FILE"] = by_variable;
  CHECK(find(variables).value()->credentials.key.access == "VARIABLE");
  CHECK(find(variables, by_flag).value()->credentials.key.access == "FLAG");
  variables["CLOUD_SDK_AK"] = "ENV";
  variables["CLOUD_SDK_SK"] = "SK";
  CHECK(find(variables, by_flag).value()->credentials.key.access == "ENV");
}

TEST_CASE("When there is no key the message names every place and the way without one") {
  const Home home;
  const std::string message = error_of({{"HOME", home.path()}});
  for (const char* part :
       {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "CLOUD_SDK_AK", "CLOUD_SDK_SK", "HW_ACCESS_KEY",
        "HW_SECRET_KEY", "/.huaweicloud/credentials", "--demo"}) {
    CAPTURE(part);
    CHECK(contains(message, part));
  }
  CHECK_FALSE(contains(message, "\n"));
  CHECK(contains(error_of({}), "HOME"));
}

TEST_CASE("A profile without [basic] keys is named as looked at") {
  const Home home;
  const std::string file = home.write("p", "[global]\nak=AK\nsk=SK\n");
  CHECK(contains(error_of({}, file), file + " has no ak and sk"));
  CHECK(contains(error_of({}, home.write("empty", "")), "no ak and sk"));
}

TEST_CASE("A named profile that cannot be read is an error") {
  const Home home;
  CHECK(contains(error_of({}, home.path() + "/missing"), "cannot read"));
  CHECK(contains(error_of({}, home.path()), "cannot read"));
  CHECK(contains(error_of({{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/at/all"}}),
                 "/nowhere/at/all"));
}

TEST_CASE("A profile that anybody can write is refused: they would choose the key") {
  const Home home;
  const std::string file = home.write("p", "[basic]\nak=AK\nsk=SK\n");
  REQUIRE(::chmod(file.c_str(), 0666) == 0);
  CHECK(error_of({}, file) ==
        "anyone on this machine can write the profile file " + file + "; run: chmod 600 " + file);
  REQUIRE(::chmod(file.c_str(), 0664) == 0);
  CHECK(find({}, file));
}

TEST_CASE("A profile beyond 64 KiB or with a broken line is refused") {
  const Home home;
  const std::string good = "[basic]\nak=AK\nsk=SK\n";
  const std::string full = good + std::string(std::size_t{64} * 1024 - good.size(), '#');
  CHECK(find({}, home.write("full", full)));
  CHECK(contains(error_of({}, home.write("fuller", full + "#")), "64 KiB"));
  CHECK(contains(error_of({}, home.write("line", "[basic]\nak=AK\nsecret\n")), "line 3"));
  CHECK(find({}, home.write("other", "[other]\nanything goes\n" + good)));
}

TEST_CASE("A value no key can have is refused without being repeated") {
  for (const std::string& bad :
       {std::string("S K"), std::string("SK\n"), std::string(" SK"), std::string("S\x01K"),
        std::string("SK\xC3\xA9"), std::string(257, 'S')}) {
    const std::string message = error_of({{"HW_ACCESS_KEY", "AK"}, {"HW_SECRET_KEY", bad}});
    CHECK(contains(message, "HW_SECRET_KEY"));
    CHECK_FALSE(contains(message, bad));
  }
  CHECK(contains(error_of({{"CLOUD_SDK_AK", std::string(129, 'A')}, {"CLOUD_SDK_SK", "SK"}}),
                 "CLOUD_SDK_AK"));
  const Variables pair{{"HW_ACCESS_KEY", "AK"}, {"HW_SECRET_KEY", "SK"}};
  Variables with = pair;
  with["HW_SECURITY_TOKEN"] = "a\r\nX: y";
  CHECK(contains(error_of(with), "HW_SECURITY_TOKEN"));
  with["HW_SECURITY_TOKEN"] = std::string(16 * 1024 + 1, 'T');
  CHECK(contains(error_of(with), "HW_SECURITY_TOKEN"));
  with = pair;
  with["HW_PROJECT_ID"] = "../" + std::string(29, 'a');
  CHECK(contains(error_of(with), "HW_PROJECT_ID"));
}

TEST_CASE("An access key is shown by its first four characters") {
  CHECK(masked("HPUAABCDEFGH") == "HPUA…");
  CHECK(masked("") == "…");
}

TEST_CASE("Keys and tokens are gone from the process's environment once forgotten") {
  for (const char* name : {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK",
                           "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_PROJECT_ID"}) {
    ::setenv(name, "canary", 1);
  }
  CHECK(process_environment()("HW_SECRET_KEY") == "canary");
  forget_environment();
  for (const char* name : {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "CLOUD_SDK_SK",
                           "HW_SECRET_KEY", "HW_SECURITY_TOKEN"}) {
    CHECK(process_environment()(name).empty());
  }
  CHECK(process_environment()("HW_PROJECT_ID") == "canary");  // no secret, and others may want it
  ::unsetenv("HW_PROJECT_ID");
}

}  // namespace credentials_test
