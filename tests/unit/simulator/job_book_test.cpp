#include "simulator/cloud/job_book.h"

#include <nlohmann/json.hpp>
#include <set>

#include "simulator/script/built_in/built_in_jobs.h"
#include "unit/catch.h"

namespace job_book_test {

namespace {

using namespace std::chrono_literals;
using jobtree::simulator::JobBook;
using jobtree::simulator::WallTime;
using nlohmann::json;

const WallTime kNow{500000h};

std::string status(JobBook& book, const std::string& id, WallTime now) {
  const auto document = book.document(id, now);
  REQUIRE(document);
  return json::parse(*document).at("status");
}

}  // namespace

TEST_CASE("A built-in job begins when it is asked for the first time") {
  JobBook book(1, 1);
  const std::string first = book.known_jobs().at(0).job_id;
  CHECK(status(book, first, kNow) == "INIT");
  CHECK(status(book, first, kNow + 1s) == "RUNNING");
  CHECK(status(book, first, kNow + 60s) == "SUCCESS");
  const std::string second = book.known_jobs().at(1).job_id;
  CHECK(status(book, second, kNow + 60s) == "INIT");
}

TEST_CASE("A batch begins when it is ordered") {
  JobBook book(1, 1);
  const auto job = book.start_batch({3, 0}, kNow);
  REQUIRE(job);
  CHECK(job.value().service == "eip");
  CHECK(status(book, job.value().job_id, kNow + 1s) == "RUNNING");
}

TEST_CASE("A clock that is set back holds a job still") {
  JobBook book(1, 1);
  const std::string id = book.start_batch({20, 0}, kNow).value().job_id;
  const auto before = book.document(id, kNow + 10s);
  CHECK(book.document(id, kNow - 1h) == before);
  CHECK(book.document(id, kNow + 9s) == before);
}

TEST_CASE("A job that moved is forgotten some time after its end, a document is not") {
  auto jobs = jobtree::simulator::built_in_jobs(1, 1);
  const std::string moving = jobs.at(0).job.job_id;
  const auto length = jobs.at(0).course->length();
  JobBook book(1, 1, std::move(jobs), 60s);
  const std::string fixed = "ff808082843684110184e155fdb36461";
  CHECK(book.document(moving, kNow));
  CHECK(book.document(fixed, kNow));
  CHECK(book.document(moving, kNow + length + 59999ms));
  CHECK_FALSE(book.document(moving, kNow + length + 60s));
  CHECK_FALSE(book.document(moving, kNow));
  CHECK(book.document(fixed, kNow + 1000h));
}

TEST_CASE("A job is found at the paths of its service alone") {
  JobBook book(1, 1);
  const std::string image = "5705a5d194b67789c7209a53035bf353";
  CHECK(book.document(image, kNow));
  CHECK(book.document(image, kNow, "/v1/cloudimages/job/{job_id}"));
  CHECK_FALSE(book.document(image, kNow, "/v2/{project_id}/jobs/{job_id}"));
  CHECK(book.service_of(image, "/v1/cloudimages/job/{job_id}") == "ims");
  CHECK(book.service_of("none", "/v1/cloudimages/job/{job_id}").empty());
  const std::string task = "9d8c7b6a-5f4e-4d3c-8b2a-1908f7e6d5c4/8abfa7b27da211df017da34a1d7e0b4d";
  const auto* const tasks = "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}";
  CHECK(book.document(task, kNow, tasks));
  CHECK_FALSE(book.document("another" + task.substr(task.find('/')), kNow, tasks));
}

TEST_CASE("An unknown job has no document") {
  JobBook book(1, 1);
  CHECK_FALSE(book.document("ff808082000000000000000000000000", kNow));
  CHECK_FALSE(book.document("", kNow));
}

TEST_CASE("An order out of range starts nothing") {
  JobBook book(1, 1);
  const auto refused = book.start_batch({0, 0}, kNow);
  CHECK_FALSE(refused);
  CHECK(refused.error() == "count must be 1 to 100000, not 0");
  CHECK_FALSE(book.start_batch({10, 11}, kNow));
}

TEST_CASE("The list names the built-in jobs and then the newest batches, newest first") {
  JobBook book(1, 1);
  const std::size_t built_in = book.known_jobs().size();
  std::string last;
  for (int i = 0; i < 12; ++i)
    last = book.start_batch({1, 0}, kNow).value().job_id;
  const auto jobs = book.known_jobs();
  CHECK(jobs.size() == built_in + JobBook::kListedBatches);
  CHECK(jobs.at(built_in).job_id == last);
  CHECK(jobs.at(built_in).title_en == "Batch 12: 1 elastic IP");
  CHECK(jobs.back().title_en == "Batch 3: 1 elastic IP");
}

TEST_CASE("Only the last thousand batches are kept, oldest out first") {
  JobBook book(1, 1);
  std::vector<std::string> ids;
  ids.reserve(1003);
  for (int i = 0; i < 1003; ++i)
    ids.push_back(book.start_batch({2, 1}, kNow).value().job_id);
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
  CHECK_FALSE(book.document(ids[0], kNow));
  CHECK_FALSE(book.document(ids[2], kNow));
  CHECK(book.document(ids[3], kNow));
  CHECK(book.document(ids.back(), kNow));
}

TEST_CASE("Big batches count for their size") {
  JobBook book(1, 1);
  std::vector<std::string> ids;
  ids.reserve(21);
  for (int i = 0; i < 21; ++i)
    ids.push_back(book.start_batch({10000, 0}, kNow).value().job_id);
  CHECK_FALSE(book.document(ids[0], kNow));
  CHECK(book.document(ids[1], kNow));
}

TEST_CASE("Two books of one seed give the same jobs, batch after batch") {
  JobBook one(3, 1);
  JobBook two(3, 1);
  for (int i = 0; i < 3; ++i) {
    const std::string id = one.start_batch({5, 1}, kNow).value().job_id;
    CHECK(two.start_batch({5, 1}, kNow).value().job_id == id);
    CHECK(one.document(id, kNow + 4s) == two.document(id, kNow + 4s));
  }
}

}  // namespace job_book_test
