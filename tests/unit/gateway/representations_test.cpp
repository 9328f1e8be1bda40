#include "gateway/jobs/representations.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/jobs/packer.h"
#include "unit/catch.h"
#include "unit/gateway/still_executor.h"
#include "unit/gateway/unpacked.h"

namespace representations_test {

using jobtree::gateway::ByteLedger;
using jobtree::gateway::Coding;
using jobtree::gateway::Form;
using jobtree::gateway::pack;
using jobtree::gateway::Packer;
using jobtree::gateway::Representations;

namespace {

constexpr Coding kPacked[] = {Coding::gzip, Coding::br, Coding::zstd};

/// A job with many sub-jobs, as a cloud words it.
std::string job_with(int sub_jobs) {
  std::string body = R"({"job_id":"a","status":"RUNNING","entities":{"sub_jobs":[)";
  for (int i = 0; i < sub_jobs; ++i) {
    if (i > 0) body += ",";
    body += R"({"job_id":"ff80808)" + std::to_string(i * 7919) + R"(","status":")" +
            (i % 3 == 0 ? "SUCCESS" : "RUNNING") + R"(","begin_time":"2026-11-29T01:02:03.)" +
            std::to_string(i % 1000) + R"(Z","entities":{"name":"eip-)" + std::to_string(i) +
            R"("}})";
  }
  return body + "]}}";
}

std::string noise(std::size_t size) {
  std::mt19937 random(42);
  std::string bytes(size, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random());
  return bytes;
}

struct Table {
  explicit Table(std::string body, std::size_t limit = std::size_t{64} << 20)
      : ledger(std::make_shared<ByteLedger>(limit)),
        plain(std::make_shared<const std::string>(std::move(body))) {}

  StillExecutor hands;
  std::shared_ptr<ByteLedger> ledger;
  Packer packer{hands};
  std::shared_ptr<const std::string> plain;
  Representations forms{packer, ledger};
};

}  // namespace

TEST_CASE("What is packed is the same byte for byte when it is unpacked, and smaller") {
  for (const std::string& body : {job_with(10), job_with(1000), std::string(100'000, ' '),
                                  std::string(1, 'x') + job_with(3)}) {
    for (const Coding coding : kPacked) {
      INFO(static_cast<int>(coding) << " " << body.size());
      const auto packed = pack(coding, body);
      REQUIRE(packed);
      CHECK(packed->size() < body.size());
      CHECK((unpacked(coding, *packed) == body));
    }
  }
  CHECK(pack(Coding::zstd, job_with(1000))->size() < job_with(1000).size() / 5);
}

TEST_CASE("What does not get smaller is not packed") {
  for (const Coding coding : kPacked) {
    CHECK_FALSE(pack(coding, noise(5000)));
    CHECK_FALSE(pack(coding, "{}"));
    CHECK_FALSE(pack(coding, ""));
  }
  CHECK_FALSE(pack(Coding::identity, job_with(10)));
}

TEST_CASE("A form is made once, for all who wait for it and all who come later") {
  Table table(job_with(100));
  CHECK_FALSE(table.forms.find(Coding::zstd, table.plain));
  std::vector<Form> told;
  for (int i = 0; i < 3; ++i)
    table.forms.make(Coding::zstd, table.plain,
                     [&told](const Form& form) { told.push_back(form); });
  CHECK(table.hands.tasks.size() == 1);
  CHECK(told.empty());
  table.hands.run_all();
  REQUIRE(told.size() == 3);
  for (const Form& form : told) {
    CHECK(form.coding == Coding::zstd);
    CHECK(form.bytes == told[0].bytes);
  }
  CHECK((unpacked(Coding::zstd, *told[0].bytes) == *table.plain));
  const auto later = table.forms.find(Coding::zstd, table.plain);
  REQUIRE(later);
  CHECK(later->bytes == told[0].bytes);
  table.forms.make(Coding::zstd, table.plain, [&told](const Form& form) { told.push_back(form); });
  CHECK(told.size() == 4);
  CHECK(table.hands.tasks.empty());
}

TEST_CASE("The plain body is there from the start, and nothing is packed for nobody") {
  Table table(job_with(100));
  const auto form = table.forms.find(Coding::identity, table.plain);
  REQUIRE(form);
  CHECK(form->coding == Coding::identity);
  CHECK(form->bytes == table.plain);
  CHECK(table.forms.wanted().empty());
  CHECK(table.hands.tasks.empty());
}

TEST_CASE("What does not get smaller is sent plain, and not tried again") {
  Table table(noise(5000));
  Form told;
  table.forms.make(Coding::br, table.plain, [&told](const Form& form) { told = form; });
  table.hands.run_all();
  CHECK(told.coding == Coding::identity);
  CHECK(told.bytes == table.plain);
  const auto later = table.forms.find(Coding::br, table.plain);
  REQUIRE(later);
  CHECK(later->coding == Coding::identity);
}

TEST_CASE(
    "Packed bodies count while somebody holds them, and go out plain where there is no room") {
  {
    auto table = std::make_unique<Table>(job_with(1000));
    const auto ledger = table->ledger;
    Form held;
    table->forms.make(Coding::gzip, table->plain, [&held](const Form& form) { held = form; });
    table->hands.run_all();
    CHECK(ledger->bytes() == held.bytes->size());
    table.reset();
    CHECK(ledger->bytes() == held.bytes->size());
    held = {};
    CHECK(ledger->bytes() == 0);
  }
  Table full(job_with(1000), 100);
  Form told;
  full.forms.make(Coding::gzip, full.plain, [&told](const Form& form) { told = form; });
  full.hands.run_all();
  CHECK(told.coding == Coding::identity);
  CHECK(full.ledger->bytes() == 0);
}

TEST_CASE("Which codings were wanted is remembered, for the next version") {
  Table table(job_with(100));
  table.forms.find(Coding::br, table.plain);
  table.forms.make(Coding::gzip, table.plain, {});
  CHECK(table.forms.wanted() == std::vector<Coding>{Coding::gzip, Coding::br});
  table.hands.run_all();
  CHECK(table.forms.find(Coding::gzip, table.plain));
  CHECK_FALSE(table.forms.find(Coding::br, table.plain));
}

TEST_CASE("Many that are packed at one time leave threads to others") {
  StillExecutor hands;
  Packer packer(hands);
  int packed = 0;
  for (int i = 0; i < 1000; ++i)
    packer.run([&packed] { ++packed; });
  CHECK(hands.tasks.size() <= std::max(1U, std::thread::hardware_concurrency() / 2));
  hands.run_all();
  CHECK(packed == 1000);
  packer.run([&packed] { ++packed; });
  hands.run_all();
  CHECK(packed == 1001);
}

TEST_CASE("When the packer closes, who waits is let go, and is not told") {
  Table table(job_with(1000));
  bool is_told = false;
  const auto held = std::make_shared<int>();
  for (const Coding coding : kPacked)
    table.forms.make(coding, table.plain, [&is_told, held](const Form&) { is_told = true; });
  CHECK(held.use_count() == 4);
  table.packer.close();
  table.hands.run_all();
  CHECK(held.use_count() == 1);
  CHECK_FALSE(is_told);
}

}  // namespace representations_test
