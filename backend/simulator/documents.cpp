#include "simulator/documents.h"

namespace jobtree::simulator {
namespace {

constexpr std::string_view kDocumentedEip = R"({
  "job_id" : "ff808082843684110184e155fdb36461",
  "job_type" : "createBatchPublicip",
  "begin_time" : "2022-12-05T08:10:19.951Z",
  "end_time" : "2022-12-05T08:10:21.864Z",
  "status" : "SUCCESS",
  "error_code" : null,
  "fail_reason" : null,
  "entities" : {
    "sub_jobs" : [ ]
  }
}
)";

constexpr std::string_view kRunningEcs = R"({
  "begin_time": "2022-02-17T05:41:55.441Z",
  "end_time": "",
  "entities": {
    "sub_jobs": [
      {
        "begin_time": "2022-02-17T05:41:55.554Z",
        "end_time": "",
        "entities": {
          "server_id": "3b6d9436-2b0a-25dc-bfbe-2508a9fdf6f1"
        },
        "job_id": "ff8080827e7810fb017f06338ae3132c",
        "job_type": "createSingleServer",
        "status": "RUNNING"
      }
    ],
    "sub_jobs_total": 1
  },
  "job_id": "ff8080827e7810fb017f06338a731328",
  "job_type": "createServer",
  "status": "RUNNING"
}
)";

constexpr std::string_view kOddShapes = R"json({
  "job_id": "ff8080829a41c7e2019b03d5e86f1a20",
  "job_type": "createServer",
  "begin_time": "2026-03-02T01:15:00.004Z",
  "end_time": "",
  "status": "PENDING_PAYMENT",
  "error_code": null,
  "fail_reason": null,
  "something_new": {"nested": [1, 2, {"three": 3}]},
  "entities": {
    "sub_jobs_total": 14,
    "sub_jobs": [
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a21", "job_type": "createSingleServer", "begin_time": "2026-03-02T01:15:00.120Z", "end_time": "", "status": "TELEPORTING", "entities": {"server_id": "5f0d1c5e-5a0e-4a57-9a4f-0c2b8e6d7f10"}},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a22", "job_type": "createSingleServer", "begin_time": null, "end_time": null, "status": null, "error_code": null, "fail_reason": null, "entities": null},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a23", "job_type": "", "begin_time": "", "end_time": "", "status": "", "error_code": "", "fail_reason": "", "entities": {}},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a24"},
      {"job_type": "createSingleServer", "status": "RUNNING", "begin_time": "2026-03-02T01:15:01.000Z"},
      {},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a25", "job_type": "createSingleServer", "begin_time": "2026-03-02T01:14:59.000Z", "end_time": "2026-03-02T01:14:58.000Z", "status": "SUCCESS", "error_code": null, "fail_reason": null, "entities": {"sub_jobs": null}},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a26", "job_type": "createSingleServer", "begin_time": "yesterday evening", "end_time": "2026-03-02 09:15:40", "status": "success", "entities": {"sub_jobs": []}},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a27", "job_type": "createSingleServer", "begin_time": "2026-03-02T09:15:00+0800", "end_time": "1772414140000", "status": "SUCCESS", "error_code": 0, "fail_reason": "",
       "entities": [
         {"sub_jobs": [{"job_id": "ff8080829a41c7e2019b03d5e86f1a28", "job_type": "createNic", "begin_time": "2026-03-02T01:15:02.000Z", "end_time": "2026-03-02T01:15:04.000Z", "status": "SUCCESS", "error_code": null, "fail_reason": null, "entities": {"nic_id": "b7f3f1d2-0b5a-4a0e-8c1b-6a1f6a3f9d01"}}]},
         {"sub_jobs": [{"job_id": "ff8080829a41c7e2019b03d5e86f1a29", "job_type": "createVolume", "begin_time": "2026-03-02T01:15:02.000Z", "end_time": "2026-03-02T01:15:08.000Z", "status": "FAIL", "error_code": "EVS.2024", "fail_reason": "EbsCreateVolumeTask-fail:volume is error!", "entities": {}}]}
       ]},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a2a", "job_type": "createSingleServer", "begin_time": "2026-03-02T01:15:00.500Z", "end_time": "", "status": "RUNNING",
       "entities": {"sub_jobs": {"job_id": "ff8080829a41c7e2019b03d5e86f1a2b", "job_type": "createNic", "begin_time": "2026-03-02T01:15:03.000Z", "end_time": "", "status": "RUNNING"}}},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a2c", "job_type": "createSingleServer", "begin_time": "2026-03-02T01:15:00.500Z", "end_time": "2026-03-02T01:15:20.500Z", "status": "CANCELLED", "error_code": null, "fail_reason": null, "entities": {"server_id": null, "attempts": 3, "dry_run": false, "tags": ["a", "b"]}},
      {"job_id": "ff8080829a41c7e2019b03d5e86f1a2d", "job_type": "createSingleServer", "begin_time": "2026-03-02T01:15:00.500Z", "end_time": "2026-03-02T01:15:00.500Z", "status": "SKIPPED", "error_code": null, "fail_reason": null, "entities": {}}
    ]
  }
}
)json";

constexpr std::string_view kHostileTexts = R"json({
  "job_id": "ff8080829a41c7e2019b03d5e8701b40",
  "job_type": "batchCreateVolume<img src=x onerror=alert(document.domain)>",
  "begin_time": "2026-03-02T02:00:00.000Z",
  "end_time": "2026-03-02T02:00:31.007Z",
  "status": "FAIL",
  "error_code": "EVS.2024",
  "fail_reason": "<script>alert('fail_reason')</script><b>not bold</b> &lt;not an entity&gt;",
  "entities": {
    "sub_jobs": [
      {"job_id": "ff8080829a41c7e2019b03d5e8701b41", "job_type": "createVolume", "begin_time": "2026-03-02T02:00:00.120Z", "end_time": "2026-03-02T02:00:30.990Z", "status": "FAIL", "error_code": "EVS.2024", "fail_reason": "创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。创建云硬盘失败：存储池剩余容量不足，系统已按照既定策略重试三次但均未成功，请联系技术支持或更换可用区后重新提交。", "entities": {"volume_id": "5d5c1a6e-93a4-4f7e-8f0e-2a1c7b9f4e11", "name": "数据盘-生产环境-华北-北京四-第一可用区-请勿删除"}},
      {"job_id": "ff8080829a41c7e2019b03d5e8701b42", "job_type": "createVolume", "begin_time": "2026-03-02T02:00:00.121Z", "end_time": "2026-03-02T02:00:12.000Z", "status": "SUCCESS", "error_code": null, "fail_reason": null, "entities": {"volume_id": "\"><svg/onload=alert(1)>", "name": "javascript:alert(1)"}},
      {"job_id": "ff8080829a41c7e2019b03d5e8701b43", "job_type": "createVolume", "begin_time": "2026-03-02T02:00:00.122Z", "end_time": "2026-03-02T02:00:13.000Z", "status": "<i>SUCCESS</i>", "error_code": null, "fail_reason": null, "entities": {"name": "\u202egnp.tah-a-si-siht\u202c \u2066left\u2069 \u200bzero width"}},
      {"job_id": "ff8080829a41c7e2019b03d5e8701b44", "job_type": "createVolume", "begin_time": "2026-03-02T02:00:00.123Z", "end_time": "2026-03-02T02:00:14.000Z", "status": "SUCCESS", "error_code": null, "fail_reason": null, "entities": {"name": "tab\there, line\nbreak, quote \" backslash \\ slash \/ bell \u0007 null \u0000 end \ud83d\ude80"}},
      {"job_id": "ff8080829a41c7e2019b03d5e8701b45", "job_type": "createVolumeWithAVeryLongTypeNamecreateVolumeWithAVeryLongTypeNamecreateVolumeWithAVeryLongTypeNamecreateVolumeWithAVeryLongTypeNamecreateVolumeWithAVeryLongTypeNamecreateVolumeWithAVeryLongTypeName", "begin_time": "2026-03-02T02:00:00.124Z", "end_time": "2026-03-02T02:00:15.000Z", "status": "SUCCESS", "error_code": null, "fail_reason": null, "entities": {"__proto__": {"polluted": true}, "constructor": "toString"}}
    ]
  }
}
)json";

}  // namespace

FixedDocument documented_eip_job() {
  return {"ff808082843684110184e155fdb36461", kDocumentedEip};
}
FixedDocument running_ecs_job() {
  return {"ff8080827e7810fb017f06338a731328", kRunningEcs};
}
FixedDocument odd_shapes_job() {
  return {"ff8080829a41c7e2019b03d5e86f1a20", kOddShapes};
}
FixedDocument hostile_texts_job() {
  return {"ff8080829a41c7e2019b03d5e8701b40", kHostileTexts};
}

}  // namespace jobtree::simulator
