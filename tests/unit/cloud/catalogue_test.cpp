// Which addresses may be asked, and where endpoints may lead.
#include "cloud/where/catalogue.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "cloud/where/job_ids.h"
#include "cloud/where/url.h"
#include "support/home.h"
#include "unit/catch.h"

namespace catalogue_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

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
  const auto origins = from.origins(*found, region);
  return origins ? joined(origins.value()) : "refused";
}

std::string iam_origin(const Catalogue& from, const char* region = "cn-north-4") {
  const auto origins = from.iam_origins(region);
  return origins ? joined(origins.value()) : "refused";
}

/// Where EIP lives by the word of one --endpoint.
std::string added(const std::string& text) {
  const auto made = Catalogue::make({.endpoints = {text}});
  return made ? origin(made.value(), "eip") : "refused";
}

/// The key of the job that is named so, or which part of its name is wrong.
std::string key_of(std::string_view service, std::string_view path, std::string_view query = "",
                   std::string_view region = "cn-north-4") {
  const auto found = catalogue().address_of(region, service, path, query);
  if (const auto* const address = std::get_if<JobAddress>(&found)) return address->key();
  switch (std::get<WrongPart>(found)) {
    case WrongPart::region:
      return "no such region";
    case WrongPart::service:
      return "no such service";
    case WrongPart::path:
      return "no such path";
    case WrongPart::project:
      return "no project id";
    case WrongPart::ids:
      return "more or fewer ids";
    case WrongPart::job_id:
      break;
  }
  return "no job id";
}

/// "a b" as {"a", "b"}
std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

}  // namespace

TEST_CASE("A service lives at the host its entry names, in its region's domain") {
  const Catalogue all = catalogue();
  CHECK(origin(all, "eip") == "https://vpc.cn-north-4.myhuaweicloud.com");
  CHECK(origin(all, "ecs", "eu-west-101") == "https://ecs.eu-west-101.myhuaweicloud.com");
  CHECK(origin(all, "taurusdb") == "https://gaussdb.cn-north-4.myhuaweicloud.com");
  CHECK(origin(all, "taurusdb", "tr-west-1") ==
        "https://gaussdbformysql.tr-west-1.myhuaweicloud.com");
  CHECK(origin(all, "geip") == "https://eip.myhuaweicloud.com");
  CHECK(iam_origin(all, "cn-north-4") == "https://iam.cn-north-4.myhuaweicloud.com");
  CHECK(iam_origin(all, "eu-west-101") == "https://iam.eu-west-101.myhuaweicloud.eu");
  CHECK(all.origin_source(*all.find_service("eip"), "cn-north-4").empty());
}

TEST_CASE("The catalogue's data are whole: each service once, with a path and hosts of use") {
  const Catalogue all = catalogue();
  std::set<std::string> names;
  std::set<std::string> groups;
  for (const Group& group : all.groups()) {
    CHECK(groups.insert(group.name).second);
  }
  std::set<std::string> titles;
  for (const Service& service : all.services()) {
    CAPTURE(service.name);
    CHECK(names.insert(service.name).second);
    CHECK(titles.insert(service.title_en).second);
    CHECK(titles.insert(service.title_zh).second);
    CHECK(std::ranges::all_of(
        service.name, [](char c) { return c == '-' || std::islower(c) || std::isdigit(c); }));
    CHECK(std::ranges::all_of(service.sdk_name, [](char c) { return std::isupper(c); }));
    CHECK(groups.contains(service.group));

    CHECK(service.path.starts_with('/'));
    CHECK_FALSE(service.path.ends_with('/'));
    const bool names_domain = service.path.find("{domain_id}") != std::string::npos;
    const bool names_project = service.path.find("{project_id}") != std::string::npos;
    CHECK(service.pattern.has_owner() == (names_domain || names_project));
    if (service.pattern.has_owner()) CHECK(names_domain == (service.owner == Owner::domain));
    REQUIRE_FALSE(service.ids.empty());
    CHECK(service.pattern.id_names().size() == service.ids.size());
    std::string ids;
    for (const std::string& id : service.pattern.id_names()) {
      CHECK(all.id_titles().contains(id));
      ids.append(ids.empty() ? "" : "/").append(kJob);
    }
    const std::string owner = service.pattern.has_owner() ? kProject : "-";
    std::string key = "cn-north-4/";
    key.append(service.name).append("/").append(owner).append("/").append(ids);
    CHECK(key_of(service.name, std::string("/v1/") + kProject + "/jobs/" + ids) == key);
    const auto [path, query] = service.pattern.fill(kProject, ids);
    CHECK(key_of(service.name, path, query) == key);

    for (const auto& [region, hosts] : service.other_hosts) {
      CAPTURE(region);
      CHECK(all.has_region(region));
      CHECK_FALSE(hosts.empty());
      CHECK(hosts != std::vector<std::string>{service.host});
    }
    for (const std::string& region : all.regions()) {
      const auto origins = all.origins(service, region);
      REQUIRE(origins);
      for (const Origin& origin : origins.value()) {
        const auto url = parse_url(origin.text());
        REQUIRE(url);
        CHECK(url.value().scheme == "https");
        CHECK(url.value().path.empty());
        CHECK(url.value().host.find(".my") != std::string::npos);
      }
    }
  }
  CHECK(names.size() == 95);
  CHECK(all.find_service("vpc") == nullptr);
  CHECK(all.find_service("EIP") == nullptr);
  CHECK(all.find_service("iam") == nullptr);
  CHECK(all.find_service("") == nullptr);
}

TEST_CASE("Services live where the official SDKs look for them") {
  // By the SDKs' name of a service: its hosts, and in which regions it has them.
  std::ifstream file(JOBTREE_TEST_DATA "/hosts.json");
  const auto facts = nlohmann::json::parse(file);
  const Catalogue all = catalogue();
  const auto check = [&](const std::string& sdk_name, const auto& origins_in) {
    for (const auto& [hosts, regions] : facts.at(sdk_name).items()) {
      for (const std::string& region : words(regions.template get<std::string>())) {
        CAPTURE(region);
        REQUIRE(all.has_region(region));
        const auto origins = origins_in(region);
        REQUIRE(origins);
        std::vector<std::string> found;
        for (const Origin& origin : origins.value())
          found.push_back(origin.text());
        std::vector<std::string> expected;
        for (std::string& host : words(hosts)) {
          const std::size_t place = host.find("{region}");
          if (place != std::string::npos) host.replace(place, 8, region);
          expected.push_back("https://" + host);
        }
        CHECK(found == expected);
      }
    }
  };
  for (const Service& service : all.services()) {
    CAPTURE(service.name);
    REQUIRE(facts.contains(service.sdk_name));
    check(service.sdk_name,
          [&](const std::string& region) { return all.origins(service, region); });
  }
  check("IAM", [&](const std::string& region) { return all.iam_origins(region); });
  check("CTS",
        [&](const std::string& region) { return all.list_origins(all.lists().front(), region); });
}

TEST_CASE("Where the SDKs have no host for a service in a region, the rule gives one") {
  const Catalogue all = catalogue();
  CHECK(origin(all, "eip", "cn-southwest-3") == "https://vpc.cn-southwest-3.myhuaweicloud.com");
  CHECK(origin(all, "ecs", "sa-peru-1") == "https://ecs.sa-peru-1.myhuaweicloud.com");
  CHECK(origin(all, "deh", "eu-west-101") == "https://deh.eu-west-101.myhuaweicloud.eu");
}

TEST_CASE("The catalogue holds the vendor's regions, each once and in order") {
  const Catalogue all = catalogue();
  CHECK(all.regions().size() == 35);
  CHECK(std::set<std::string>(all.regions().begin(), all.regions().end()).size() == 35);
  CHECK(std::ranges::is_sorted(all.regions()));
  CHECK(all.region_source("cn-north-4").empty());
}

TEST_CASE("The vendor's regions have the names its console shows, each its own") {
  const Catalogue all = catalogue();
  REQUIRE(all.find_region("cn-north-4") != nullptr);
  CHECK(all.find_region("cn-north-4")->title_en == "CN North-Beijing4");
  CHECK(all.find_region("cn-north-4")->title_zh == "华北-北京四");
  CHECK(all.find_region("cn-north-5") == nullptr);
  std::set<std::string> titles;
  for (const std::string& name : all.regions()) {
    INFO(name);
    const auto* region = all.find_region(name);
    REQUIRE(region != nullptr);
    CHECK(titles.insert(region->title_en).second);
    CHECK(titles.insert(region->title_zh).second);
  }
}

TEST_CASE("A job is named by its service's own path, or by the one that fits all") {
  const std::string project = kProject;
  const std::string job = kJob;
  const std::string tail = project + "/" + job;
  CHECK(key_of("geip", "/v3/" + project + "/geip/jobs/" + job) == "cn-north-4/geip/" + tail);
  CHECK(key_of("geip", "/v1/" + project + "/jobs/" + job) == "cn-north-4/geip/" + tail);
  CHECK(key_of("rds", "/v3/" + project + "/jobs", "id=" + job) == "cn-north-4/rds/" + tail);
  CHECK(key_of("rds", "/v1/" + project + "/jobs/" + job) == "cn-north-4/rds/" + tail);
  CHECK(key_of("eip", "/v1/-/jobs/j") == "cn-north-4/eip/-/j");
  CHECK(key_of("eip", "/v1/-/jobs/j", "anything=goes") == "cn-north-4/eip/-/j");
}

TEST_CASE("A job is named by all the ids of its service's path, in their order") {
  const std::string project = kProject;
  const std::string key = "cn-north-4/dms/" + project + "/i-1/t-1";
  CHECK(key_of("dms", "/v2/" + project + "/instances/i-1/tasks/t-1") == key);
  CHECK(key_of("dms", "/v1/" + project + "/jobs/i-1/t-1") == key);
  CHECK(key_of("dms", "/v1/" + project + "/jobs/t-1") == "more or fewer ids");
  CHECK(key_of("dms", "/v1/" + project + "/jobs/a/i-1/t-1") == "more or fewer ids");
  CHECK(key_of("dms", "/v1/" + project + "/jobs/i-1/t-1/") == "no such path");
  CHECK(key_of("dms", "/v1/" + project + "/jobs//t-1") == "no such path");
  CHECK(key_of("codearts-pipeline", "/v5/p/api/pipelines/q/pipeline-runs/detail",
               "pipeline_run_id=r") == "cn-north-4/codearts-pipeline/-/p/q/r");
  for (const char* id : {"..", ".", "%2e", "a.b", "a:b", "a%2fb", "a;b", "a b"}) {
    CAPTURE(id);
    CHECK(key_of("dms", "/v1/" + project + "/jobs/" + id + "/t-1") == "no job id");
    CHECK(key_of("dms", "/v1/" + project + "/jobs/i-1/" + id) == "no job id");
  }
}

TEST_CASE("An id that users give may be a name, but no dot segment") {
  const std::string stacks = std::string("/v1/") + kProject + "/stacks/";
  const std::string key = std::string("cn-north-4/rfs/") + kProject + "/";
  for (const std::string& name : {std::string("my.stack_1"), std::string("urn:a:b"),
                                  std::string("-a"), std::string(255, 'z')}) {
    CAPTURE(name);
    CHECK(key_of("rfs", stacks + name + "/metadata") == key + name);
  }
  for (const std::string& name :
       {std::string("."), std::string(".."), std::string("a..b"), std::string(".a"),
        std::string("a%2e"), std::string("a b"), std::string("a$b"), std::string(256, 'z')}) {
    CAPTURE(name);
    CHECK(key_of("rfs", stacks + name + "/metadata") == "no job id");
  }
}

TEST_CASE("Where the path has no owner, the address has none but the key's own") {
  const std::string job = kJob;
  CHECK(key_of("sms", "/v3/tasks/" + job) == "cn-north-4/sms/-/" + job);
  CHECK(key_of("sms", std::string("/v1/") + kProject + "/jobs/" + job) ==
        "cn-north-4/sms/-/" + job);
  CHECK(key_of("sms", "/v1/nobody/jobs/" + job) == "no project id");
  CHECK(catalogue().is_valid({"cn-north-4", "sms", "-", job}));
  CHECK_FALSE(catalogue().is_valid({"cn-north-4", "sms", kProject, job}));
}

TEST_CASE("What is wrong with the ids of a job is said in a sentence") {
  const Catalogue all = catalogue();
  const auto said = [&all](const char* service, std::string_view ids) {
    const auto wrong = wrong_ids(*all.find_service(service), ids);
    return wrong ? wrong->en : "good";
  };
  CHECK(said("dms", "i/t") == "good");
  CHECK(said("dms", "t") == "dms expects 2 IDs: INSTANCE_ID/TASK_ID");
  CHECK(said("eip", "i/t") == "eip expects one ID: JOB_ID");
  CHECK(said("eip", "") == "invalid JOB_ID: it has 1 to 64 letters, digits, \"-\" and \"_\"");
  CHECK(said("dms", "i/..").starts_with("invalid TASK_ID: "));
  CHECK(said("rfs", "a b").starts_with("invalid STACK_NAME: it has 1 to 255 "));
}

TEST_CASE("The services and regions that were perhaps meant are those near in letters or name") {
  const Catalogue all = catalogue();
  using Names = std::vector<std::string>;
  CHECK(all.services_near("esc") == Names{});  // two letters are too many for three
  CHECK(all.services_near("ecss") == Names{"ecs", "css", "evs"});
  CHECK(all.services_near("kafka") == Names{"dms"});  // as the SDKs call it
  CHECK(all.services_near("moderation") == Names{"moderation-video", "moderation-audio"});
  CHECK(all.services_near("DRS") == Names{"drs", "drs-backup", "drs-batch"});
  CHECK(all.services_near("") == Names{});
  CHECK(all.services_near("something-else") == Names{});
  CHECK(all.regions_near("cn-noth-4").front() == "cn-north-4");
  CHECK(all.regions_near("mars") == Names{});
}

TEST_CASE("A regions file moves all services of an SDK's name") {
  const Home home;
  const std::string file =
      home.write("regions.yaml", "DRS: [{id: cn-north-4, endpoint: https://drs.example}]\n");
  const Catalogue all = catalogue({.regions_file = file});
  CHECK(origin(all, "drs") == "https://drs.example");
  CHECK(origin(all, "drs-backup") == "https://drs.example");
}

TEST_CASE("Every path of the services' API references leads to its service") {
  const Catalogue all = catalogue();
  const auto facts = nlohmann::json::parse(std::ifstream(JOBTREE_TEST_DATA "/service_paths.json"));
  std::set<std::string> told;
  for (const auto& fact : facts) {
    const auto name = fact.at("service").get<std::string>();
    CAPTURE(name);
    const Service* service = all.find_service(name);
    REQUIRE(service != nullptr);
    told.insert(name);
    // The references have names of their own for the ids.
    const auto shape = [](std::string path) {
      for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) {
        const std::size_t end = path.find('}', at);
        const std::string id = path.substr(at, end - at + 1);
        if (id != "{project_id}" && id != "{domain_id}") path.replace(at, id.size(), "{}");
      }
      return path;
    };
    CHECK(shape(service->path) == shape(fact.at("path").get<std::string>()));
  }
  for (const Service& service : all.services()) {
    CAPTURE(service.name);
    CHECK(told.contains(service.name));
  }
}

TEST_CASE("The first wrong part of a job's name is told") {
  const std::string path = std::string("/v1/") + kProject + "/jobs/" + kJob;
  CHECK(key_of("eip", path, "", "cn-north-3") == "no such region");
  CHECK(key_of("vpc", path) == "no such service");
  CHECK(key_of("eip", path + "/") == "no such path");
  CHECK(key_of("eip", path.substr(1)) == "no such path");
  CHECK(key_of("rds", std::string("/v3/") + kProject + "/jobs", "id=j&id=k") == "no such path");
  CHECK(key_of("eip", "/v1/../jobs/j") == "no project id");
  CHECK(key_of("eip", "/v1/-/jobs/%2e%2e") == "no job id");
  CHECK(key_of("vpc", "nonsense", "", "nowhere") == "no such region");
}

TEST_CASE("Two jobs have one key only if they are one job") {
  const JobAddress job = documented_job();
  CHECK(job.key() == std::string("cn-north-4/eip/") + kProject + "/" + kJob);
  CHECK(job == documented_job());
  const JobAddress other("cn-north-4", "eip", kProject, std::string(kJob) + "0");
  CHECK(other.key() != job.key());
  CHECK_FALSE(other == job);
}

TEST_CASE("An address of the catalogue may be asked") {
  CHECK(catalogue().is_valid(documented_job()));
  for (const std::string& id :
       {std::string(kJob), std::string("8A2f5e1c-53a2_11ef"), std::string(64, 'z')}) {
    CAPTURE(id);
    CHECK(catalogue().is_valid({"cn-north-4", "eip", "-", id}));
  }
}

TEST_CASE("An address with an unknown region or service may not be asked") {
  for (const char* region : {"", "cn-north-3", "CN-NORTH-4", "cn-north-4.evil.com", "cn-north-4 ",
                             "cn-north-4/", "../x", "cn-north-4@evil.com"}) {
    CAPTURE(region);
    CHECK_FALSE(catalogue().is_valid({region, "eip", kProject, kJob}));
  }
  for (const char* service : {"", "vpc", "obs", "eip/", "Eip"}) {
    CAPTURE(service);
    CHECK_FALSE(catalogue().is_valid({"cn-north-4", service, kProject, kJob}));
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
    CHECK_FALSE(catalogue().is_valid({"cn-north-4", "eip", id, kJob}));
  }
  for (const std::string& id :
       {std::string(), std::string(65, 'a'), std::string("a/b"), std::string(".."),
        std::string("a%2Fb"), std::string("a b"), std::string("a?b"), std::string("a;b"),
        std::string("a\\b"), std::string("查询"), std::string("a\r\nHost: b"),
        std::string("a\0b", 3)}) {
    CAPTURE(id);
    CHECK_FALSE(catalogue().is_valid({"cn-north-4", "eip", kProject, id}));
  }
}

TEST_CASE("An operator may move one service, or all") {
  const Catalogue moved = catalogue(
      {.endpoints = {"*=https://cloud.example.com", "eip=https://vpc.example.com:8443/"}});
  CHECK(origin(moved, "eip") == "https://vpc.example.com:8443");
  CHECK(origin(moved, "ecs") == "https://cloud.example.com");
  CHECK(iam_origin(moved, "cn-north-4") == "https://cloud.example.com");
  const Catalogue iam = catalogue({.endpoints = {"iam=https://iam.example.com"}});
  CHECK(iam_origin(iam, "cn-north-4") == "https://iam.example.com");
  CHECK(origin(iam, "eip") == "https://vpc.cn-north-4.myhuaweicloud.com");
}

TEST_CASE("A variable moves one service in one region") {
  const Variables variables{
      {"HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4", "https://one.example,https://two.example"},
      {"HUAWEICLOUD_SDK_REGION_GAUSSDB_AF_SOUTH_1", "https://taurus.example/"},
      {"HUAWEICLOUD_SDK_REGION_SFSTURBO_CN_NORTH_4", "http://127.0.0.1:9443"},
      {"HUAWEICLOUD_SDK_REGION_OBS_CN_NORTH_4", "not for us"},
      {"HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://iam.example"}};
  const Catalogue moved = catalogue({.environment = environment_of(variables)});
  CHECK(origin(moved, "eip") == "https://one.example,https://two.example");
  CHECK(origin(moved, "eip", "cn-north-1") == "https://vpc.cn-north-1.myhuaweicloud.com");
  CHECK(origin(moved, "taurusdb", "af-south-1") == "https://taurus.example");
  CHECK(origin(moved, "gaussdb", "af-south-1") ==
        "https://gaussdb-opengauss.af-south-1.myhuaweicloud.com");
  CHECK(origin(moved, "sfs-turbo") == "http://127.0.0.1:9443");
  CHECK(iam_origin(moved, "cn-north-4") == "https://iam.example");
  CHECK(moved.origin_source(*moved.find_service("eip"), "cn-north-4") ==
        "HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4");
}

TEST_CASE("An endpoint may be a list, and need not say https") {
  CHECK(added("eip=vpc.example.com") == "https://vpc.example.com");
  CHECK(added("eip=a.example:8443,https://b.example/, http://127.0.0.1:9443") ==
        "https://a.example:8443,https://b.example,http://127.0.0.1:9443");
  const Catalogue several = catalogue({.endpoints = {"eip=a.example,b.example,iam=i.example"}});
  CHECK(origin(several, "eip") == "https://a.example,https://b.example");
  CHECK(iam_origin(several) == "https://i.example");
  for (const char* text : {"a.example,eip=b.example", "eip=a.example,,b.example", "eip=", "eip",
                           "eip=a.example=b", "eip=1.e,2.e,3.e,4.e,5.e,6.e,7.e,8.e,9.e"}) {
    CAPTURE(text);
    CHECK(added(text) == "refused");
  }
  const Catalogue twice = catalogue({.endpoints = {"eip=a.example", "eip=b.example"}});
  CHECK(origin(twice, "eip") == "https://b.example");
  REQUIRE(twice.notices().size() == 1);
  CHECK(twice.notices()[0].en == "--endpoint eip is given more than once; only the last counts");
}

TEST_CASE("A region is known by a variable alone") {
  const Variables variables{{"HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_3", "eip.example"},
                            {"HUAWEICLOUD_SDK_REGION_IAM_CN_NORTH_3", "iam.example"}};
  const Catalogue all = catalogue({.environment = environment_of(variables)});
  CHECK(all.has_region("cn-north-3"));
  CHECK(all.region_source("cn-north-3") == "HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_3");
  CHECK(origin(all, "eip", "cn-north-3") == "https://eip.example");
  CHECK(iam_origin(all, "cn-north-3") == "https://iam.example");
  CHECK(origin(all, "ecs", "cn-north-3") == "refused");
  CHECK(std::ranges::is_sorted(all.regions()));
}

TEST_CASE("The region that is wanted is known by an endpoint alone") {
  const Catalogue all =
      catalogue({.endpoints = {"eip=eip.example", "iam=iam.example"}, .region = "cn-north-3"});
  CHECK(all.has_region("cn-north-3"));
  CHECK(all.region_source("cn-north-3") == "--endpoint");
  CHECK(origin(all, "eip", "cn-north-3") == "https://eip.example");
  CHECK_FALSE(catalogue({.region = "cn-north-3"}).has_region("cn-north-3"));
  CHECK_FALSE(
      catalogue({.endpoints = {"*=a.example"}, .region = "atlantis"}).has_region("atlantis"));
  CHECK_FALSE(catalogue({.endpoints = {"eip=a.example"}, .region = "a/b"}).has_region("a/b"));
  CHECK(all.regions().size() == 36);
  CHECK(catalogue({.endpoints = {"eip=a.example"}, .region = "cn-north-4"}).regions().size() == 35);
}

TEST_CASE("What is said and not used is told") {
  const Home home;
  const std::string file = home.write("regions.yaml",
                                      "EIP: [{id: eu-de, endpoint: a.example},\n"
                                      "      {id: eu-de, endpoint: b.example}]\n");
  const Variables variables{{"HUAWEICLOUD_SDK_REGION_OBS_CN_NORTH_4", "not for us"},
                            {"HUAWEICLOUD_SDK_REGION_EIP", "a.example"},
                            {"HUAWEICLOUD_SDK_REGION_EIP_CN.NORTH", "a.example"},
                            {"HUAWEICLOUD_SDK_REGION_ECS_", ""}};
  const Catalogue all = catalogue({.environment = environment_of(variables), .regions_file = file});
  std::vector<std::string> told;
  for (const Bilingual& notice : all.notices())
    told.push_back(notice.en);
  CHECK(told ==
        std::vector<std::string>{
            "HUAWEICLOUD_SDK_REGION_EIP is not used: it names no region",
            "HUAWEICLOUD_SDK_REGION_EIP_CN.NORTH is not used: it names no region",
            "HUAWEICLOUD_SDK_REGION_OBS_CN_NORTH_4 is not used: there is no service OBS here",
            "the regions file " + file +
                ", line 2: not used, for EIP in eu-de stands above already"});
  CHECK(origin(all, "eip", "eu-de") == "https://a.example");
}

TEST_CASE("What stands beside the key says where IAM is, before variables and after endpoints") {
  const Variables variables{{"HUAWEICLOUD_SDK_IAM_ENDPOINT", "variable.example"}};
  const Origins of_key{{"https", "profile.example"}};
  const auto iam = [&](const std::vector<std::string>& endpoints) {
    const Catalogue all =
        catalogue({.endpoints = endpoints, .environment = environment_of(variables)});
    return joined(all.iam_origins("cn-north-4", of_key).value());
  };
  CHECK(iam({}) == "https://profile.example");
  CHECK(iam({"iam=flag.example"}) == "https://flag.example");
  CHECK(iam({"*=flag.example"}) == "https://flag.example");
}

TEST_CASE("A variable that holds no URL to ask is named") {
  for (const char* value : {"ftp://vpc.example.com", "http://vpc.example.com",
                            "https://a.example/v1", ",https://a.example", "https://a.example,"}) {
    CAPTURE(value);
    const Variables variables{{"HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4", value}};
    const auto made = Catalogue::make({.environment = environment_of(variables)});
    REQUIRE_FALSE(made);
    CHECK(made.error().starts_with("HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4: "));
  }
}

TEST_CASE("A regions file moves services and adds regions") {
  const Home home;
  const std::string file = home.write("regions.yaml",
                                      "EIP:\n"
                                      "  - {id: eu-de, endpoint: https://vpc.example}\n"
                                      "  - {id: cn-north-4, endpoint: https://moved.example}\n"
                                      "IAM:\n"
                                      "  - {id: eu-de, endpoint: https://iam.example}\n"
                                      "OBS:\n"
                                      "  - {id: mars-1, endpoint: not for us}\n");
  const Catalogue all = catalogue({.regions_file = file});
  CHECK(origin(all, "eip", "eu-de") == "https://vpc.example");
  CHECK(origin(all, "eip", "cn-north-4") == "https://moved.example");
  CHECK(origin(all, "eip", "cn-north-1") == "https://vpc.cn-north-1.myhuaweicloud.com");
  CHECK(iam_origin(all, "eu-de") == "https://iam.example");
  CHECK(all.has_region("eu-de"));
  CHECK_FALSE(all.has_region("mars-1"));
  CHECK(all.regions().size() == 36);
  REQUIRE(all.notices().size() == 1);
  CHECK(all.notices()[0].en ==
        "the regions file " + file + " has services that are not used here: OBS");
  CHECK(all.find_region("eu-de") == nullptr);  // who adds a region gives it no title
  CHECK(std::ranges::is_sorted(all.regions()));
  CHECK(all.region_source("eu-de") == file);
  CHECK(all.region_source("cn-north-4").empty());
  CHECK(all.origin_source(*all.find_service("eip"), "eu-de") == file);
  CHECK(all.is_valid({"eu-de", "eip", kProject, kJob}));
}

TEST_CASE("In a region that is not the vendor's no host is guessed") {
  const Home home;
  const Catalogue all =
      catalogue({.regions_file = home.write(
                     "regions.yaml", "EIP: [{id: eu-de, endpoint: https://vpc.example}]\n")});
  for (const char* service : {"ecs", "geip"}) {
    const auto origin = all.origins(*all.find_service(service), "eu-de");
    REQUIRE_FALSE(origin);
    CHECK(origin.error().find(std::string("--endpoint ") + service + "=URL") != std::string::npos);
  }
  CHECK_FALSE(all.iam_origins("eu-de"));
  const Catalogue told = catalogue(
      {.endpoints = {"ecs=https://ecs.example"}, .regions_file = home.path() + "/regions.yaml"});
  CHECK(origin(told, "ecs", "eu-de") == "https://ecs.example");
}

TEST_CASE("An endpoint goes before a variable, and that before the file") {
  const Home home;
  home.write(".huaweicloud/regions.yaml",
             "EIP: [{id: cn-north-4, endpoint: https://file.example},\n"
             "      {id: cn-north-4, endpoint: https://later.example},\n"
             "      {id: eu-de, endpoint: https://file.example}]\n");
  Variables variables{{"HOME", home.path()}};
  const auto where = [&](const std::vector<std::string>& endpoints, const char* region) {
    return origin(catalogue({.endpoints = endpoints, .environment = environment_of(variables)}),
                  "eip", region);
  };
  CHECK(where({}, "cn-north-4") == "https://file.example");
  variables["HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4"] = "https://variable.example";
  variables["HUAWEICLOUD_SDK_REGION_EIP_EU_DE"] = "https://variable.example";
  CHECK(where({}, "cn-north-4") == "https://variable.example");
  CHECK(where({}, "eu-de") == "https://variable.example");
  CHECK(where({"*=https://flag.example"}, "cn-north-4") == "https://flag.example");
  CHECK(where({"ecs=https://flag.example"}, "cn-north-4") == "https://variable.example");
}

TEST_CASE("The regions file is the one named, else that of a variable, else that of the home") {
  const Home home;
  const auto file = [&](const std::string& name, const std::string& region) {
    return home.write(name, "EIP: [{id: " + region + ", endpoint: https://a.example}]\n");
  };
  const std::string named = file("named.yaml", "by-flag");
  Variables variables{{"HOME", home.path()}};
  const auto has = [&](const std::string& regions_file, const char* region) {
    return catalogue({.environment = environment_of(variables), .regions_file = regions_file})
        .has_region(region);
  };
  CHECK(has("", "cn-north-4"));  // nothing in the home yet, and none is fine
  file(".huaweicloud/regions.yaml", "by-home");
  CHECK(has("", "by-home"));
  variables["HUAWEICLOUD_SDK_REGIONS_FILE"] = file("variable.yaml", "by-variable");
  CHECK(has("", "by-variable"));
  CHECK_FALSE(has("", "by-home"));
  CHECK(has(named, "by-flag"));
  CHECK_FALSE(has(named, "by-variable"));
  variables["HUAWEICLOUD_SDK_REGIONS_FILE"] = home.path() + "/none.yaml";
  CHECK_FALSE(Catalogue::make({.environment = environment_of(variables)}));
  CHECK_FALSE(catalogue().has_region("by-home"));  // without an environment there is no home
}

TEST_CASE("A regions file with a wrong region or URL is refused with file and line") {
  const Home home;
  const auto said = [&](const std::string& region, const std::string& endpoint) {
    const std::string file = home.write(
        "regions.yaml", "EIP:\n  - {id: \"" + region + "\", endpoint: \"" + endpoint + "\"}\n");
    const auto made = Catalogue::make({.regions_file = file});
    return made ? "taken" : made.error();
  };
  CHECK(said("eu-de", "https://a.example") == "taken");
  for (const std::string& region :
       {std::string("EU-DE"), std::string("eu.de"), std::string("eu/de"), std::string("a b"),
        std::string("@"), std::string("eu_de"), std::string(65, 'a')}) {
    CAPTURE(region);
    CHECK(said(region, "https://a.example").find("regions.yaml, line 2: a region") !=
          std::string::npos);
  }
  for (const char* url : {"http://a.example", "https://a.example/v1", "a.example/v1", "ftp://x"}) {
    CAPTURE(url);
    CHECK(said("eu-de", url).find("regions.yaml, line 2: ") != std::string::npos);
  }
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

}  // namespace catalogue_test
