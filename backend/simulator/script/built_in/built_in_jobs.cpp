#include "simulator/script/built_in/built_in_jobs.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>

#include "simulator/script/built_in/documents.h"
#include "simulator/script/job_plans.h"
#include "simulator/script/random.h"

namespace jobtree::simulator {
namespace {

/// A document of documents/, with the id it is asked for by.
struct BuiltInDocument {
  std::string_view service;
  std::string_view file;
  std::string_view job_id;
  std::string_view title_en;
  std::string_view title_zh;
};

constexpr std::string_view kDocumented = "eip-documented";
constexpr std::int64_t kMostMinutesAgo = 300;

constexpr BuiltInDocument kBuiltInDocuments[] = {
    {"eip", kDocumented, "ff808082843684110184e155fdb36461", "The documented example (ended)",
     "文档中的示例（已结束）"},
    {"ecs", "ecs-running-nested-live", "ff8080827e7810fb017f06338a731328",
     "A server that keeps running", "一直在运行的云服务器任务"},
    {"ecs", "odd-shapes", "ff8080829a41c7e2019b03d5e86f1a20", "Odd statuses and fields",
     "异常的状态与字段"},
    {"evs", "hostile-texts", "ff8080829a41c7e2019b03d5e8701b40", "Hostile and very long texts",
     "恶意文本与超长文本"},
    // One of every service whose jobs can be asked for, each at its own path and in its own shape.
    {"ecs", "ecs-success-nested-wire", "7980a0289d5c9c066f833b4939421dd0", "ECS: servers created",
     "ECS：云服务器已创建"},
    {"bms", "bms-running-nested-hcs", "e3c35722131a56019ebbf3a24133d2b4",
     "BMS: bare metal servers being created", "BMS：正在创建裸金属服务器"},
    {"evs", "evs-success-batch-2-children", "1f7af78c01283680c3c5c4eb8972fb28",
     "EVS: two disks created", "EVS：两块云硬盘已创建"},
    {"deh", "deh-made", "ff8080828f7a2c11018f9b0c51d20e01", "DeH: a dedicated host allocated",
     "DeH：专属主机已分配"},
    {"sdrs", "sdrs-success", "f9da4a57ec7a8ffc4cccc1a855fc0301", "SDRS: a protection group created",
     "SDRS：保护组已创建"},
    {"vbs", "vbs-failed-bad-time", "857a8922223f2a87ffe18e0ad5771018",
     "VBS: a backup that failed, with times nobody can read", "VBS：备份失败，时间无法解析"},
    {"ims", "ims-success-ova-2-children", "5705a5d194b67789c7209a53035bf353",
     "IMS: an image of two disks imported", "IMS：含两块磁盘的镜像已导入"},
    {"ims", "ims-success-members-results", "b17f4d787737a51f0f09c4097d439909", "IMS: images shared",
     "IMS：镜像已共享"},
    {"dcs", "dcs-success-epoch-text", "d2a8797ffe6be8d6747feeb661d5e61b",
     "DCS: times in epoch milliseconds", "DCS：以毫秒时间戳表示时间"},
    {"swr", "swr-failed-list-of-one", "75ed4352-bb05-f5fe-b9a5-84d177695f87",
     "SWR: an instance that failed", "SWR：实例创建失败"},
    {"sfs-turbo", "sfsturbo-success", "26f6b565-xxxx-XXXX-xxxx-03f0bd975433",
     "SFS Turbo: LDAP bound", "SFS Turbo：已绑定 LDAP"},
    {"workspace", "workspaceapp-success-nested", "524295429061944805",
     "Workspace: a desktop created", "Workspace：云桌面已创建"},
    {"workspace-app", "workspaceapp-int-job_status-failed", "524295429061944805",
     "Workspace App: a status that is a number", "Workspace App：以数字表示的状态"},
    {"dws", "dws-failed", "a9e318686bf673039b697a8a8938fd6e", "DWS: a cluster that failed",
     "DWS：集群创建失败"},
    {"waf", "waf-made", "c1f0a2d47be84b3f9d5e6a7081920e02", "WAF: a certificate refused",
     "WAF：证书被拒绝"},
    {"cph", "cph-int-success", "06b520d2a53493e772b2c9b3eccf828a", "CPH: a status that is a number",
     "CPH：以数字表示的状态"},
    {"elb", "elb3-complete-3-children", "4467d576-9363-a20b-c038-48c96db53084",
     "ELB: a load balancer upgraded", "ELB：负载均衡器已升级"},
    {"geip", "geip-success", "aa44ce37-c394-604a-418a-2483d0bfa639",
     "Global EIP: created, under the domain", "全域弹性公网IP：已创建（账号级）"},
    {"rds", "rds-running", "f2080973-1e96-e57a-5146-2dd142e4fb34", "RDS: a database at 60 per cent",
     "RDS：数据库创建至 60%"},
    {"taurusdb", "taurusdb-completed", "3364790d-1667-ebfb-ab23-d36a1c3c97b6",
     "TaurusDB: times in two zones", "TaurusDB：跨时区的时间"},
    {"gaussdb", "gaussdb-made", "1d2c3b4a-5e6f-4a70-8192-a3b4c5d60e03",
     "GaussDB: an instance being created", "GaussDB：正在创建实例"},
    {"dds", "dds-failed", "2f73256b-e683-6c05-6b7e-6c04b3e0cd04", "DDS: an instance that failed",
     "DDS：实例创建失败"},
    {"geminidb", "geminidb-made", "7a6b5c4d-3e2f-4102-93a4-b5c6d7e80e04",
     "GeminiDB: a volume enlarged", "GeminiDB：磁盘已扩容"},
    {"ddm", "ddm-running-ended", "f2080973-1e96-e57a-5146-2dd142e4fb34",
     "DDM: running, with an end", "DDM：运行中却有结束时间"},
    {"cfw", "cfw-made", "2b3c4d5e-6f70-4182-a3b4-c5d6e7f80e05", "CFW: a firewall being created",
     "CFW：正在创建防火墙"},
    {"cbr", "cbr-success-nozone-nulls", "a84815b5-0602-05f8-d843-bcef8edeaf61",
     "CBR: a backup taken", "CBR：备份已完成"},
    {"vpn", "vpn-made", "620d99b8-2d3e-4d7b-8b1c-1f2e3d4c5b6a",
     "VPN: an upgrade that waits for a word", "VPN：等待确认的升级"},
    {"cce", "cce-success-3-levels", "49e6dd41-4458-eb35-bab9-803d3332420f",
     "CCE: a cluster scaled up, three levels", "CCE：集群已扩容，三层"},
    {"cce-autopilot", "cce-v2-failed", "2c22476a-e091-f121-873d-d3f5b881b6eb",
     "CCE Autopilot: a scale-up that failed", "CCE Autopilot：扩容失败"},
    {"servicestage", "servicestage-made", "JOB5e6f7081-9293-4b4c-95d6-e7f809100e09",
     "ServiceStage: a component being deployed", "ServiceStage：正在部署组件"},
    {"cse", "cse-finished-tasks-2-levels", "6f708192-a3b4-4c5d-96e7-f8091a2b0e10/12339",
     "CSE: tasks within tasks", "CSE：任务中的任务"},
    {"roma", "roma-running-reason-array",
     "708192a3-b4c5-4d6e-87f8-091a2b3c0e11/007146e2584e2dcefde8603814903ae8",
     "ROMA: a list of reasons", "ROMA：原因列表"},
    {"drs", "drs-made", "8192a3b4-c5d6-4e7f-8091-021324350e12", "DRS: a migration under way",
     "DRS：迁移进行中"},
    // Those named by several ids, by none of a project, or in a query.
    {"dms", "dms-executing",
     "9d8c7b6a-5f4e-4d3c-8b2a-1908f7e6d5c4/8abfa7b27da211df017da34a1d7e0b4d",
     "DMS for Kafka: an instance being expanded", "DMS Kafka：实例扩容中"},
    {"mrs", "mrs-finished",
     "2b460e01-3351-4170-b0a7-57b9dd5ffef3/431b135e-c090-489f-b1db-0abe3822b8aa",
     "MRS: a Spark job finished", "MRS：Spark 作业已完成"},
    {"dli", "dli-running", "208b08d4-0dc2-4dd7-8879-ddd4c020d7aa", "DLI: a SQL job running",
     "DLI：SQL 作业运行中"},
    {"sms", "sms-running", "cab6ad8f-8e0a-4a9d-9a7a-2c7f4f0b5d21", "SMS: a server being migrated",
     "SMS：主机迁移中"},
    {"mpc", "mpc-succeeded", "1024", "MPC: a video transcoded", "MPC：视频转码已完成"},
    {"iotda", "iotda-partial", "5c8ba99030344005c02316a1", "IoTDA: a batch that failed in part",
     "IoTDA：批量任务部分失败"},
    {"modelarts", "modelarts-failed", "425b7087-83de-49e9-9cad-5bb642be9fee",
     "ModelArts: a training that failed", "ModelArts：训练作业失败"},
    {"codearts-pipeline", "codearts-pipeline-failed",
     "41ca8a5b4c3d4e2f9a1b0c9d8e7f6a50/5e4d3c2b1a09483f9e8d7c6b5a403921/"
     "00a5e0c6ed5a4a7ca6fd4b9a7e000001",
     "CodeArts Pipeline: a run that failed", "CodeArts Pipeline：流水线运行失败"},
};

ScriptedJob scripted(const BuiltInDocument& built_in, DocumentTimes times) {
  KnownJob job{std::string(built_in.service), std::string(kRegion), std::string(built_in.job_id),
               std::string(built_in.title_en), std::string(built_in.title_zh)};
  std::string text(document(built_in.file));
  // The example of the vendor's page stays as it stands there.
  if (times == DocumentTimes::as_documented || built_in.file == kDocumented)
    return {std::move(job), fixed_course(std::move(text))};
  const Milliseconds before =
      std::chrono::minutes(random_of(0, built_in.job_id).between(1, kMostMinutesAgo));
  return {std::move(job), dated_course(std::move(text), before)};
}

}  // namespace

std::vector<ScriptedJob> built_in_jobs(std::uint64_t seed, double speed, DocumentTimes times) {
  using enum ServerFailure;
  const auto batch = [&](std::string_view name, BatchOrder order, std::string title_en,
                         std::string title_zh) {
    return planned_job("eip", plan_batch(random_of(seed, name), order), speed, std::move(title_en),
                       std::move(title_zh));
  };
  const auto servers = [&](std::string_view name, const std::vector<ServerFailure>& failures,
                           std::string title_en, std::string title_zh) {
    return planned_job("ecs", plan_servers(random_of(seed, name), failures), speed,
                       std::move(title_en), std::move(title_zh));
  };
  std::vector<ScriptedJob> all;
  all.push_back(batch("twenty", {20, 0}, "20 elastic IPs", "20 个弹性公网IP"));
  all.push_back(
      batch("some-fail", {20, 4}, "20 elastic IPs, 4 fail", "20 个弹性公网IP，其中 4 个失败"));
  all.push_back(servers("servers", {none, none, none, none}, "4 servers, three levels deep",
                        "4 台云服务器，三层子任务"));
  all.push_back(servers("servers-fail", {none, no_capacity, none, broken_volume},
                        "4 servers, 2 fail deep down", "4 台云服务器，其中 2 台深层失败"));
  all.push_back(batch("ten-thousand", {10000, 36}, "10,000 elastic IPs, 36 fail",
                      "10,000 个弹性公网IP，其中 36 个失败"));
  std::ranges::transform(kBuiltInDocuments, std::back_inserter(all),
                         [times](const auto& built_in) { return scripted(built_in, times); });
  return all;
}

}  // namespace jobtree::simulator
