// What a host asks for beside frames, read as a host reads it.
#include "wire/lists.h"

#include <map>
#include <string>
#include <vector>

#include "job_session.h"
#include "support/frame_decoder.h"
#include "unit/catch.h"

namespace lists_test {

using namespace jobtree::engine;
using abi::Attribute;
using abi::Field;

namespace {

/// The entries of a list, in order.
struct Entries : jobtree::test::FrameHost {
  struct Entry {
    std::map<Field, std::string> texts;
    std::map<Attribute, std::uint32_t> numbers;
  };
  std::vector<Entry> entries;
  std::uint32_t total = 0;

  explicit Entries(const CommandBuffer& list) {
    jobtree::test::decode(list.words(), list.text(), *this);
  }
  void mount(std::uint32_t) override { entries.emplace_back(); }
  void text(std::uint32_t, Field field, const std::string& text) override {
    entries.back().texts[field] = text;
  }
  void number(std::uint32_t, Attribute attribute, std::uint32_t value) override {
    entries.back().numbers[attribute] = value;
  }
  void height(std::uint32_t rows) override { total = rows; }
};

std::string child(const std::string& id, const std::string& status, const std::string& more = "") {
  return R"({"job_id":")" + id + R"(","job_type":"create)" + id + R"(","status":")" + status +
         "\"" + more + "}";
}

std::string batch(const std::vector<std::string>& children) {
  std::string json = R"({"job_id":"r","job_type":"batch","status":"RUNNING","sub_jobs":[)";
  for (std::size_t i = 0; i < children.size(); ++i)
    json += (i == 0 ? "" : ",") + children[i];
  return json + "]}";
}

/// A session that is answered, and draws after each answer.
struct Watched {
  JobSession session{1};
  double now = 1670227820000;

  void answer(const std::vector<std::string>& children, bool draws = true) {
    session.answer(200, batch(children), "", -1, 0, now);
    if (draws) session.frame(now);
  }
  Entries rows(std::uint32_t statuses = 0, std::uint32_t most = 1000) const {
    CommandBuffer list;
    put_rows(list, session.list(now), statuses, most);
    return Entries(list);
  }
  Entries changed() const {
    CommandBuffer list;
    put_changes(list, session.list(now), session.changes());
    return Entries(list);
  }
  /// "id: before -> now error", a line each.
  std::vector<std::string> changes() const {
    static constexpr const char* kNames[] = {"waiting",   "running", "succeeded", "failed",
                                             "cancelled", "skipped", "unknown"};
    std::vector<std::string> lines;
    for (const auto& entry : changed().entries) {
      const auto before = entry.numbers.find(Attribute::status_before);
      lines.push_back(entry.texts.at(Field::id) + ": " +
                      (before == entry.numbers.end() ? "new" : kNames[before->second]) + " -> " +
                      kNames[entry.numbers.at(Attribute::status)] + " " +
                      entry.texts.at(Field::error));
    }
    return lines;
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("A printed sheet has each parent before its children, with what a row says") {
  Watched it;
  it.answer({child("a", "FAIL", R"(,"error_code":"E.1","fail_reason":"-1 is no port")"),
             child("b", "SUCCESS", R"(,"sub_jobs":[)" + child("c", "RUNNING") + "]")});
  const Entries list = it.rows();
  Lines ids;
  for (const auto& entry : list.entries)
    ids.push_back(std::to_string(entry.numbers.at(Attribute::level)) + entry.texts.at(Field::id));
  CHECK(ids == Lines{"1r", "2a", "2b", "3c"});
  CHECK(list.total == 4);
  CHECK(list.entries[1].texts.at(Field::status) == "failed");
  CHECK(list.entries[1].texts.at(Field::name) == "createa");
  // As the service said it, not as a spreadsheet wants it.
  CHECK(list.entries[1].texts.at(Field::error) == "E.1  -1 is no port");
}

TEST_CASE("A printed sheet has so many rows of the wanted classes, and says how many there are") {
  Watched it;
  it.answer({child("a", "FAIL"), child("b", "SUCCESS"), child("c", "FAIL"), child("d", "FAIL")});
  const Entries list = it.rows(1U << static_cast<unsigned>(Status::failed), 2);
  CHECK(list.entries.size() == 2);
  CHECK(list.entries.back().texts.at(Field::id) == "c");
  CHECK(list.total == 3);
}

TEST_CASE("What failures have in common is told in four parts each, whatever the cloud sent") {
  const auto in_zone = [](const char* zone, const char* status) {
    return std::string(R"({"job_id":"a","job_type":"t","error_code":"E","status":")") + status +
           R"(","entities":{"zone":")" + zone + R"("}})";
  };
  const std::string strange = in_zone(R"(a\u001eb\u001fc)", "FAIL");
  Watched watched;
  watched.answer({strange, strange, in_zone("d", "SUCCESS")});
  CommandBuffer out;
  put_errors(out, watched.session.list(watched.now));
  const Entries list(out);
  REQUIRE(list.entries.size() == 1);
  CHECK(list.entries[0].texts.at(Field::facets) ==
        "zone\x1F"
        "a b c\x1F"
        "0\x1F"
        "1\x1E");
}

TEST_CASE("Nothing is listed before there is a job") {
  const Watched it;
  CHECK(it.rows().entries.empty());
  CHECK(it.changed().total == 0);
}

TEST_CASE("What changed is told by name, with the status before, and the error") {
  Watched it;
  it.answer({child("a", "RUNNING"), child("b", "INIT"), child("c", "RUNNING")});
  CHECK(it.changes().empty());  // nothing was before
  it.answer({child("a", "SUCCESS"), child("b", "INIT"),
             child("c", "FAIL", R"(,"error_code":"E.1","fail_reason":"no")"), child("d", "INIT")});
  CHECK(it.changes() ==
        Lines{"c: running -> failed E.1  no", "a: running -> succeeded ", "d: new -> waiting "});
  CHECK(it.changed().entries.front().texts.at(Field::name) == "createc");
}

TEST_CASE("What changed is found wherever the next answer has it") {
  Watched it;
  it.answer({child("a", "RUNNING"), child("b", "RUNNING")});
  it.answer({child("b", "SUCCESS"), child("a", "RUNNING")});
  CHECK(it.changes() == Lines{"b: running -> succeeded "});
}

TEST_CASE("What changed is told until the next change, and no longer") {
  Watched it;
  it.answer({child("a", "RUNNING")});
  it.answer({child("a", "FAIL")});
  it.session.answer(304, "", "", -1, 0, it.now);
  it.session.frame(it.now);
  CHECK(it.changes().size() == 1);
  it.answer({child("a", "FAIL"), child("b", "INIT")});
  CHECK(it.changes() == Lines{"b: new -> waiting "});
}

TEST_CASE("Of answers that came before a frame, all changes are told") {
  Watched it;
  it.answer({child("a", "INIT"), child("b", "INIT")});
  it.answer({child("a", "RUNNING"), child("b", "RUNNING")}, false);
  it.answer({child("a", "SUCCESS")});
  CHECK(it.changes() == Lines{"a: waiting -> succeeded "});  // b is gone
}

TEST_CASE("Of thousands of changes the first are told, and failures are not lost among them") {
  Watched it;
  const auto all = [](const char* status) {
    Lines children;
    for (int i = 0; i < 1000; ++i)
      children.push_back(child("c" + std::to_string(i), status));
    return children;
  };
  it.answer(all("RUNNING"));
  Lines next = all("SUCCESS");
  next[990] = child("c990", "FAIL");
  it.answer(next);
  const Lines changes = it.changes();
  CHECK(changes.size() == 1 + Changes::kMost);
  CHECK(changes.front() == "c990: running -> failed ");
}

}  // namespace lists_test
