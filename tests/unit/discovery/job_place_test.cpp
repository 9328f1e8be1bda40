// Which service of ours a record means, and whether its job can be queried.
#include "discovery/job_place.h"

#include <string>

#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace job_place_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)

constexpr const char* kJob = "ff80808290a1b2c301990000aaaa0001";

std::string named(const ServiceHints& hints) {
  const ServiceName service = service_of(catalogue(), hints);
  return service.name + (service.is_known ? "" : " (unknown)") +
         (service.is_one_of_two ? " (one of two)" : "");
}

TEST_CASE("Names of services are known in every spelling") {
  const auto type = [](std::string_view service_type) {
    return named({.service_type = service_type});
  };
  CHECK(type("ECS") == "ecs");
  CHECK(type("ecs") == "ecs");
  CHECK(type(" Ecs ") == "ecs");
  CHECK(type("SFS Turbo") == "sfs-turbo");
  CHECK(type("sfs_turbo") == "sfs-turbo");
  CHECK(type("SFSTurbo") == "sfs-turbo");
  CHECK(type("NoSQL") == "geminidb");
  CHECK(type("GaussDBforNoSQL") == "geminidb");
  CHECK(type("GaussDBforMySQL") == "taurusdb");
  CHECK(type("GaussDBforopenGauss") == "gaussdb");
  CHECK(type("EIP") == "eip");
  CHECK(type("Workspace") == "workspace");
  CHECK(type("DWS") == "dws");
  CHECK(type("RDS") == "rds");
  CHECK(type("AOS") == "rfs");
}

TEST_CASE("Resources and operations tell services of one name apart") {
  CHECK(named({.service_type = "VPC", .resource_type = "eip"}) == "eip");
  CHECK(named({.service_type = "VPC", .resource_type = "publicip"}) == "eip");
  CHECK(named({.service_type = "VPC", .resource_type = "PublicIp"}) == "eip");
  CHECK(named({.service_type = "VPC", .resource_type = "subnet"}) == "vpc (unknown)");
  CHECK(named({.service_type = "SFS", .resource_type = "sfs_turbo"}) == "sfs-turbo");
  CHECK(named({.service_type = "GaussDB", .trace_name = "createInstance"}) ==
        "gaussdb (one of two)");
  CHECK(named({.service_type = "GaussDB", .trace_name = "openProxy"}) == "taurusdb");
  CHECK(named({.service_type = "GaussDB", .trace_name = "resizeFlavor"}) == "gaussdb");
  CHECK(named({.service_type = "GaussDB",
               .trace_name = "createInstance",
               .resource_id = "6a6a0001dbdb4aaa8bbbccccdddd0000in07"}) == "taurusdb");
  CHECK(named({.service_type = "GaussDB",
               .trace_name = "createInstance",
               .resource_id = "6a6a0001dbdb4aaa8bbbccccdddd0000in14"}) == "gaussdb");
}

TEST_CASE("Where the service's name says nothing, resource and operation do") {
  CHECK(named({.resource_type = "ecs", .trace_name = "createServer"}) == "ecs");
  CHECK(named({.resource_type = "instance", .trace_name = "NoSQLCreateInstance"}) == "geminidb");
  CHECK(named({.service_type = "Database", .trace_name = "ddsRestartInstance"}) == "dds");
  CHECK(named({.resource_type = "instance", .trace_name = "createInstance"}) ==
        "unknown (unknown)");
  CHECK(named({.service_type = "Database", .trace_name = "ddse"}) == "database (unknown)");
}

TEST_CASE("A service that is none of ours has a plain name, and never one of ours") {
  CHECK(named({.service_type = "New Service 2"}) == "new-service-2 (unknown)");
  CHECK(named({.service_type = "<script>alert(1)</script>"}) ==
        "script-alert-1---script (unknown)");
  CHECK(named({.service_type = "../../ecs"}) == "unknown (unknown)");
  CHECK(named({.service_type = "e/c/s"}) == "unknown (unknown)");
  CHECK(named({.service_type = "\xe4\xba\x91"}) == "unknown (unknown)");
  CHECK(named({}) == "unknown (unknown)");
  CHECK(named({.service_type = std::string(10'000, 'a')}).size() < 60);
}

std::string placed(const char* service_type, IdName name = IdName::job,
                   std::string_view region = "cn-north-4") {
  const ServiceName service = service_of(catalogue(), {.service_type = service_type});
  const JobPlace place = place_of(origin(std::string(region)), service, kJob, name);
  return place.address.service() + ' ' + place.address.project_id() +
         (place.is_queryable ? "" : " shown only");
}

TEST_CASE("A job can be queried where its id is all that the service wants") {
  const std::string p = kProject;
  CHECK(placed("ECS") == "ecs " + p);
  CHECK(placed("RDS") == "rds " + p);
  CHECK(placed("CCE") == "cce " + p);
  CHECK(placed("CBR") == "cbr " + p);
  CHECK(placed("GES") == "ges " + p + " shown only");    // wants the graph's id too
  CHECK(placed("Kafka") == "dms " + p + " shown only");  // the instance's
  CHECK(placed("VPN") == "vpn " + p + " shown only");    // the gateway's, not the job's
  CHECK(placed("AS") == "as " + p + " shown only");
  CHECK(placed("Brand New") == "brand-new " + p + " shown only");
  CHECK(placed("GaussDB") == "gaussdb " + p + " shown only");
  CHECK(placed("ECS", IdName::job, "eu-de") == "ecs " + p + " shown only");
}

TEST_CASE("An account's job, and one of no project, are the key's own") {
  CHECK(placed("GEIP") == "geip -");
  CHECK(placed("DNS", IdName::task) == "dns -");
}

TEST_CASE("The name of an id says whether it is a job's") {
  const std::string p = kProject;
  CHECK(placed("VPC", IdName::listed) == "eip " + p + " shown only");
  CHECK(placed("VPC", IdName::job) == "eip " + p);
  CHECK(placed("DDS", IdName::listed) == "dds " + p);
  CHECK(placed("DCS", IdName::task) == "dcs " + p + " shown only");
  CHECK(placed("KPS", IdName::task) == "kps " + p);
  CHECK(placed("RDS", IdName::workflow) == "rds " + p + " shown only");
  CHECK(placed("DRS", IdName::async_job) == "drs-batch " + p);
  const ServiceName known = service_of(catalogue(), {.service_type = "DCS"});
  const ServiceName unknown = service_of(catalogue(), {.service_type = "New"});
  CHECK(is_job_of(known, IdName::task));
  CHECK_FALSE(is_job_of(unknown, IdName::task));
  CHECK(is_job_of(unknown, IdName::job));
  CHECK_FALSE(is_job_of(known, IdName::workflow));
  CHECK_FALSE(is_job_of(unknown, IdName::async_job));
}

TEST_CASE("Words in the place of an id are none") {
  CHECK(is_good_id(kJob));
  CHECK(is_good_id("12345"));
  for (const char* id : {"", "null", "NULL", "None", "undefined", "-", "0", "000", "0-0", "a b",
                         "a/b", "../a", "<b>", "a\n", "a%2F", "\xe4\xba\x91", "true"}) {
    CAPTURE(id);
    CHECK_FALSE(is_good_id(id));
  }
  CHECK_FALSE(is_good_id(std::string(65, 'a')));
  CHECK_FALSE(is_good_id(std::string_view("ab\0c", 4)));
}

}  // namespace

}  // namespace job_place_test
