// What an exact search finds inside a job.
#include "store/fact_digests.h"

#include <string>

#include "ingest/job_parser.h"
#include "unit/catch.h"

namespace fact_digests_test {

using namespace jobtree;
using namespace jobtree::store;

namespace {

std::string digests_in(const std::string& body) {
  const auto parsed = engine::parse_job(engine::String(std::string_view(body)));
  return fact_digests(parsed.tree);
}

std::string batch_of(int parts) {
  std::string body = R"({"job_id":"root","status":"RUNNING","entities":{"sub_jobs":[)";
  for (int i = 0; i < parts; ++i) {
    if (i > 0) body += ',';
    body += R"({"job_id":"part-)" + std::to_string(i) +
            R"(","status":"RUNNING","entities":{"id":")" + std::to_string(1'000'000 + i % 7) +
            "\"}}";
  }
  return body + "]}}";
}

}  // namespace

TEST_CASE("Each value has one digest, however often it stands there") {
  const std::string digests = digests_in(batch_of(100));
  CHECK(digests.size() == (1 + 100 + 7) * kDigestBytes);
  CHECK(digests.find(fact_digest_of("part-99")) != std::string::npos);
  CHECK(digests.find(fact_digest_of("1000006")) != std::string::npos);
  CHECK(digests.find(fact_digest_of("1000007")) == std::string::npos);
}

TEST_CASE("A digest knows no capitals and no blanks around, and nothing of what is too short") {
  CHECK(fact_digest_of(" Part-A\t") == fact_digest_of("part-a"));
  CHECK(fact_digest_of("part-a").size() == kDigestBytes);
  CHECK(fact_digest_of("part-a") != fact_digest_of("part-b"));
  for (const char* text : {"", "  ", "ab", " ab "})
    CHECK(fact_digest_of(text).empty());
  CHECK(fact_digest_of(std::string(257, 'x')).empty());
}

TEST_CASE("The largest job has a bounded number of them") {
  CHECK(digests_in(batch_of(60'000)).size() == kMostFactDigests * kDigestBytes);
  CHECK(digests_in("no job").empty());
}

}  // namespace fact_digests_test
