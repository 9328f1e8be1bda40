// Which addresses may be asked, and where endpoints may lead.
#include "cloud/catalogue.h"

#include <algorithm>
#include <set>
#include <string>

#include "cloud/url.h"
#include "unit/catch.h"

namespace {

using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

constexpr const char* kProject = "0605767cc80010f42f1ec00bc0e6b7a8";
constexpr const char* kJob = "ff808082843684110184e155fdb36461";

JobAddress documented_job() {
  return {"cn-north-4", "eip", kProject, kJob};
}

Catalogue catalogue(const CatalogueOptions& options = {}) {
  auto made = Catalogue::make(options);
  REQUIRE(made);
  return std::move(made.value());
}

/// Where `service` lives there; "refused" when nobody knows.
std::string origin(const Catalogue& from, const char* service, const char* region = "cn-north-4") {
  const Service* found = from.find_service(service);
  REQUIRE(found != nullptr);
  const auto origin = from.origin(*found, region);
  return origin ? origin.value() : "refused";
}

/// Where EIP lives by the word of one --endpoint.
std::string added(const std::string& text) {
  const auto made = Catalogue::make({.endpoints = {text}});
  return made ? origin(made.value(), "eip") : "refused";
}

/// "PROJECT JOB" as they are found, or "none".
std::string ids_in(const Service& service, std::string_view path, std::string_view query = "") {
  const auto ids = find_ids(service, path, query);
  return ids ? std::string(ids->owner).append(" ").append(ids->job) : "none";
}

}  // namespace

TEST_CASE("A service lives at the host its entry names") {
  CHECK(origin(catalogue(), "eip") == "https://vpc.cn-north-4.myhuaweicloud.com");
  CHECK(origin(catalogue(), "ecs", "eu-west-101") == "https://ecs.eu-west-101.myhuaweicloud.com");
  const auto iam = catalogue().iam_origin("cn-north-4");
  REQUIRE(iam);
  CHECK(iam.value() == "https://iam.cn-north-4.myhuaweicloud.com");
}

TEST_CASE("The catalogue holds the classic services and the regions of EIP, each once") {
  const Catalogue all = catalogue();
  for (const char* name : {"eip", "ecs", "bms", "evs", "ims", "sdrs", "deh"}) {
    CAPTURE(name);
    const Service* service = all.find_service(name);
    REQUIRE(service != nullptr);
    CHECK(service->path == "/v1/{project_id}/jobs/{job_id}");
    CHECK_FALSE(service->title_en.empty());
    CHECK_FALSE(service->title_zh.empty());
  }
  CHECK(all.services().size() == 7);
  CHECK(all.find_service("vpc") == nullptr);
  CHECK(all.find_service("EIP") == nullptr);
  CHECK(all.find_service("") == nullptr);
  CHECK(std::set<std::string_view>(all.regions().begin(), all.regions().end()).size() == 33);
  CHECK(std::ranges::is_sorted(all.regions()));
}

TEST_CASE("A target is the service's path with both ids in it") {
  const Service by_path{.path = "/v3/{domain_id}/geip/jobs/{job_id}"};
  CHECK(target_of(by_path, "d", "j").path == "/v3/d/geip/jobs/j");
  CHECK(target_of(by_path, "d", "j").query.empty());
  const Service by_query{.path = "/v3/{project_id}/jobs?id={job_id}"};
  CHECK(target_of(by_query, "p", "j").path == "/v3/p/jobs");
  CHECK(target_of(by_query, "p", "j").query == "id=j");
}

TEST_CASE("Ids are found in a service's own path and in the one that fits all") {
  const Service by_path{.path = "/v3/{domain_id}/geip/jobs/{job_id}"};
  CHECK(ids_in(by_path, "/v3/d/geip/jobs/j") == "d j");
  CHECK(ids_in(by_path, "/v1/d/jobs/j") == "d j");
  CHECK(ids_in(by_path, "/v3/d/geip/jobs/j", "id=k") == "d j");
  CHECK(ids_in(by_path, "/v3/d/geip/jobs/j/") == "none");
  CHECK(ids_in(by_path, "/v3/d/geip/jobs/") == "none");
  CHECK(ids_in(by_path, "/v3/d/jobs/j") == "none");
  CHECK(ids_in(by_path, "/v3/d/geip/jobs/%2e%2e") == "d %2e%2e");  // judged by is_job_id
}

TEST_CASE("A job id in the query stands there alone") {
  const Service service{.path = "/v3/{project_id}/jobs?id={job_id}"};
  CHECK(ids_in(service, "/v3/p/jobs", "id=j") == "p j");
  CHECK(ids_in(service, "/v1/p/jobs/j") == "p j");
  CHECK(ids_in(service, "/v3/p/jobs/j") == "none");
  CHECK(ids_in(service, "/v3/p/jobs/", "id=j") == "none");
  CHECK(ids_in(service, "/v1/p/jobs", "id=j") == "none");
  for (const char* query : {"", "id", "id=", "ID=j", "i%64=j", "id=j&id=k", "id=j&", "&id=j",
                            "id=j&x=1", "x=1&id=j", "job_id=j", " id=j", "?id=j"}) {
    CAPTURE(query);
    CHECK(ids_in(service, "/v3/p/jobs", query) == "none");
  }
  for (const char* id : {"%6a", "j;id=k", "j#k", "j?id=k", "j/k", "=j", "j+k"}) {
    CAPTURE(id);
    CHECK(ids_in(service, "/v3/p/jobs", std::string("id=") + id) == std::string("p ") + id);
    CHECK_FALSE(is_job_id(id));
  }
}

TEST_CASE("An address of the catalogue may be asked") {
  CHECK(catalogue().is_valid(documented_job()));
  JobAddress address{"cn-north-4", "eip", "-", kJob};
  CHECK(catalogue().is_valid(address));
  address.job_id = "8A2f5e1c-53a2_11ef";
  CHECK(catalogue().is_valid(address));
  address.job_id = std::string(64, 'z');
  CHECK(catalogue().is_valid(address));
}

TEST_CASE("An address with an unknown region or service may not be asked") {
  for (const char* region : {"", "cn-north-3", "CN-NORTH-4", "cn-north-4.evil.com", "cn-north-4 ",
                             "cn-north-4/", "../x", "cn-north-4@evil.com"}) {
    CAPTURE(region);
    JobAddress address = documented_job();
    address.region = region;
    CHECK_FALSE(catalogue().is_valid(address));
  }
  for (const char* service : {"", "vpc", "obs", "eip/", "Eip"}) {
    CAPTURE(service);
    JobAddress address = documented_job();
    address.service = service;
    CHECK_FALSE(catalogue().is_valid(address));
  }
}

TEST_CASE("An address with an odd project or job id may not be asked") {
  const std::string project = kProject;
  const std::string tail = project.substr(1);
  for (const std::string& id :
       {std::string(), std::string("--"), tail, project + "0", std::string("A") + tail,
        std::string("g") + tail, std::string("/") + tail, tail + "\n",
        tail + std::string(1, '\0')}) {
    CAPTURE(id);
    JobAddress address = documented_job();
    address.project_id = id;
    CHECK_FALSE(catalogue().is_valid(address));
  }
  for (const std::string& id :
       {std::string(), std::string(65, 'a'), std::string("a/b"), std::string(".."),
        std::string("a%2Fb"), std::string("a b"), std::string("a?b"), std::string("a;b"),
        std::string("a\\b"), std::string("查询"), std::string("a\r\nHost: b"),
        std::string("a\0b", 3)}) {
    CAPTURE(id);
    JobAddress address = documented_job();
    address.job_id = id;
    CHECK_FALSE(catalogue().is_valid(address));
  }
}

TEST_CASE("An operator may move one service, or all") {
  const Catalogue moved = catalogue(
      {.endpoints = {"*=https://cloud.example.com", "eip=https://vpc.example.com:8443/"}});
  CHECK(origin(moved, "eip") == "https://vpc.example.com:8443");
  CHECK(origin(moved, "ecs") == "https://cloud.example.com");
  CHECK(moved.iam_origin("cn-north-4").value() == "https://cloud.example.com");
  const Catalogue iam = catalogue({.endpoints = {"iam=https://iam.example.com"}});
  CHECK(iam.iam_origin("cn-north-4").value() == "https://iam.example.com");
  CHECK(origin(iam, "eip") == "https://vpc.cn-north-4.myhuaweicloud.com");
}

TEST_CASE("Plain http is for loopback alone") {
  CHECK(added("eip=http://127.0.0.1:9443") == "http://127.0.0.1:9443");
  CHECK(added("eip=http://[::1]:9443/") == "http://[::1]:9443");
  CHECK(added("eip=http://localhost") == "http://localhost");
  for (const char* url :
       {"http://vpc.example.com", "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://127.0.0.2", "http://0.0.0.0", "http://[::2]", "http://2130706433"}) {
    CAPTURE(url);
    CHECK(added(std::string("eip=") + url) == "refused");
  }
}

TEST_CASE("A scheme's own port is left out, as clients leave it out of Host") {
  CHECK(added("eip=https://vpc.example.com:443") == "https://vpc.example.com");
  CHECK(added("eip=http://localhost:80") == "http://localhost");
  CHECK(added("eip=https://vpc.example.com:80") == "https://vpc.example.com:80");
}

TEST_CASE("An endpoint that is more or less than scheme and host is refused") {
  for (const char* text : {"",
                           "eip",
                           "=https://a.example",
                           "obs=https://a.example",
                           "eip=",
                           "eip=a.example",
                           "eip=ftp://a.example",
                           "eip=HTTPS://a.example",
                           "eip=https://",
                           "eip=https:///",
                           "eip=https://a.example/v1",
                           "eip=https://a.example//",
                           "eip=https://a.example?x",
                           "eip=https://a.example/?",
                           "eip=https://a.example#x",
                           "eip=https://u:p@a.example",
                           "eip=https://a.example:",
                           "eip=https://a.example:0",
                           "eip=https://a.example:65536",
                           "eip=https://a.example:+80",
                           "eip=https://a.example:80x",
                           "eip=https://a..example",
                           "eip=https://.example",
                           "eip=https://a.example.",
                           "eip=https://a b",
                           "eip=https://a\\b",
                           "eip=https://a%2e",
                           "eip=https://[::1",
                           "eip=https://::1",
                           "eip=https://[]",
                           "eip=https://[::g]",
                           "eip=https://a.example:80:80",
                           "eip=https://[::1]x",
                           "eip=https://a.example\r\nX: y"}) {
    CAPTURE(text);
    CHECK(added(text) == "refused");
  }
  CHECK(added(std::string("eip=https://") + std::string(300, 'a')) == "refused");
  CHECK(added(std::string("eip=https://a.example/") + std::string(20000, 'a')) == "refused");
}

TEST_CASE("A URL's parts are kept as they are written") {
  const auto url = parse_url("https://a.example:8443/x%2Fy//z?q=1?2&b");
  REQUIRE(url);
  CHECK(url.value().host == "a.example:8443");
  CHECK(url.value().path == "/x%2Fy//z");
  CHECK(url.value().query == "q=1?2&b");
  CHECK(parse_url("https://a.example?q=/").value().path.empty());
  CHECK(parse_url("https://a.example?q=/").value().query == "q=/");
}
