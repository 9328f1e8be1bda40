// What a share link shows in few words: texts made harmless, badges, feeds, previews.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "gateway/sharing/badge.h"
#include "gateway/sharing/feed.h"
#include "gateway/sharing/share_page.h"
#include "gateway/sharing/xml_text.h"
#include "unit/catch.h"

namespace share_words_test {

using namespace jobtree;
using namespace jobtree::gateway;
using namespace std::chrono_literals;
using store::JobRecord;
using store::Status;

namespace {

const std::string kHostile = "</title><script>alert(1)</script>\" onload='x' &amp; ]]> <!--";

store::Time at(int seconds) {
  return store::Time(std::chrono::seconds(1'795'521'600 + seconds));  // 2026-11-24T12:00:00Z
}

JobRecord job(const std::string& id, Status status, int seconds = 0) {
  JobRecord record;
  record.address = {"cn-north-4", "eip", "-", id};
  record.type = "someType";
  record.status = status;
  record.is_final = store::has_ended(status);
  record.last_seen = record.last_change = at(seconds);
  if (record.is_final) record.ended_at = at(seconds);
  return record;
}

store::Share share(const std::string& label = "", bool is_job = true) {
  store::Share share;
  share.id = 1;
  share.label = label;
  share.created_at = at(-1000);
  if (is_job) share.thing.job = cloud::JobAddress("cn-north-4", "eip", "-", "a");
  return share;
}

/// Whether no markup of others is in it: every "<" begins a tag of ours.
bool is_sound(const std::string& xml) {
  static const std::set<std::string> kOurs{"svg",  "title", "rect",      "g",       "text",
                                           "feed", "id",    "updated",   "author",  "name",
                                           "link", "entry", "generator", "content", "?xml"};
  int open = 0;
  for (std::size_t i = xml.find('<'); i != std::string::npos; i = xml.find('<', i + 1)) {
    const bool closes = xml[i + 1] == '/';
    const std::size_t from = i + (closes ? 2 : 1);
    const std::string name = xml.substr(from, xml.find_first_of(" />", from) - from);
    if (!kOurs.contains(name)) return false;
    const std::size_t end = xml.find('>', i);
    const bool is_whole = xml[end - 1] == '/' || xml[end - 1] == '?';
    open += closes ? -1 : is_whole ? 0 : 1;
    if (open < 0) return false;
  }
  return open == 0;
}

}  // namespace

TEST_CASE("A text from outside is one line without what would break, hide or turn others") {
  CHECK(shown_text("  a\t\r\n b\x01\x7f", 100) == "a b");
  CHECK(shown_text(std::string("a\0b", 3), 100) == "a b");
  CHECK(shown_text("夜间任务", 100) == "夜间任务");
  CHECK(shown_text("a\xe2\x80\xae"
                   "b\xe2\x81\xa6"
                   "c\xef\xbb\xbf"
                   "d\xe2\x80\x8b"
                   "e",
                   100) == "abcde");
  CHECK(shown_text("a\xef\xbf\xbe"
                   "b\xef\xbf\xbf"
                   "c\xf0\x9f\xbf\xbe",
                   100) == "abc");
  CHECK(shown_text("a\xc2\x85"
                   "b\xe2\x80\xa8"
                   "c",
                   100) == "a b c");
  CHECK(shown_text("a\xff\xed\xa0\x80"
                   "b",
                   100) ==
        "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
        "b");
  CHECK(shown_text("a\xe4\xbb", 100) == "a\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(shown_text(std::string(50, 'x'), 10) == "xxxxxxx…");
  CHECK(shown_text("任务任务任务任务", 10).size() <= 10);
  CHECK(shown_text("任务任务任务任务", 10).ends_with("…"));
  CHECK(shown_text(std::string(1'000'000, ' ') + "x", 10).empty());
  CHECK(escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST_CASE("A badge says what a job is called, how it is, and as of when") {
  JobRecord record = job("a", Status::failed);
  record.counts[static_cast<std::size_t>(Status::succeeded)] = 17;
  record.counts[static_cast<std::size_t>(Status::failed)] = 3;
  const std::string svg = badge_svg(summary_of(share("nightly"), record), {});
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(svg.find("role=\"img\"") != std::string::npos);
  CHECK(svg.find("<title>nightly: failed 17/20 (as of 2026-11-24T12:00Z)</title>") !=
        std::string::npos);
  CHECK(svg.find(">nightly</text>") != std::string::npos);
  CHECK(svg.find(">failed 17/20</text>") != std::string::npos);
  CHECK(svg.find("#c62828") != std::string::npos);
  CHECK(is_sound(svg));
  const std::string zh =
      badge_svg(summary_of(share(), record), {.language = Language::zh, .label = "部署"});
  CHECK(zh.find("<title>部署: 失败 17/20（截至 2026-11-24T12:00Z）</title>") != std::string::npos);
  const auto json = nlohmann::json::parse(badge_json(summary_of(share(), record), {}));
  CHECK(json == nlohmann::json{{"schemaVersion", 1},
                               {"label", "someType"},
                               {"message", "failed 17/20"},
                               {"color", "c62828"}});
}

TEST_CASE("Each outcome has its word and its color") {
  const auto shown = [](const JobRecord& record) {
    const ShareSummary summary = summary_of(share(), record);
    return summary.message.en + " " +
           nlohmann::json::parse(badge_json(summary, {})).at("color").get<std::string>();
  };
  CHECK(shown(job("a", Status::succeeded)) == "succeeded 2c7d32");
  CHECK(shown(job("a", Status::running)) == "running 1565c0");
  CHECK(shown(job("a", Status::waiting)) == "waiting 6b7280");
  CHECK(shown(job("a", Status::cancelled)) == "cancelled 6b7280");
  JobRecord lost = job("a", Status::running);
  lost.forgotten_at = at(5);
  CHECK(shown(lost) == "outcome unknown 6b7280");
  const auto none =
      nlohmann::json::parse(badge_json(summary_of(share(), std::optional<JobRecord>()), {}));
  CHECK(none.at("message") == "not seen yet");
  CHECK(none.at("isError") == true);
}

TEST_CASE("A badge of a board counts what failed and what runs") {
  using Groups = std::vector<store::JobGroup>;
  const auto message = [](const Groups& groups) {
    return summary_of(share("", false), groups).message;
  };
  CHECK(message({}).en == "no jobs");
  CHECK(message({{"eip", 5, 0, 0, at(0)}, {"ecs", 2, 0, 0, at(9)}}).en == "7 finished");
  CHECK(message({{"eip", 5, 1, 1, at(0)}, {"ecs", 2, 1, 2, at(9)}}).en == "3 failed · 2 running");
  CHECK(message({{"eip", 5, 1, 1, at(0)}, {"ecs", 2, 1, 2, at(9)}}).zh == "3 个失败 · 2 个运行中");
  CHECK(message({{"eip", 5, 2, 0, at(0)}}).en == "2 running");
  CHECK(
      summary_of(share("", false), Groups{{"eip", 5, 2, 0, at(0)}, {"a", 1, 0, 0, at(9)}}).as_of ==
      at(9));
}

TEST_CASE("Nothing that a badge is told becomes markup, nor makes it large") {
  JobRecord record = job("a", Status::failed);
  record.type = kHostile + "\xff\x01";
  for (const std::string& label :
       {kHostile, std::string(10'000, '<'), std::string("\xff\xfe\x00", 3), std::string("]]>"),
        std::string("\xe2\x80\xae")}) {
    const std::string svg = badge_svg(summary_of(share(), record), {.label = label});
    CHECK(is_sound(svg));
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.size() < 4000);
    CHECK(nlohmann::json::accept(badge_json(summary_of(share(label), record), {.label = label})));
    CHECK(is_sound(badge_svg(summary_of(share(label), record), {})));
  }
}

TEST_CASE("A badge is as wide as its text, of which Chinese characters take the most") {
  CHECK(width_of("") == 0);
  CHECK(width_of("ii") == 60);
  CHECK(width_of("WW") == 218);
  CHECK(width_of("任务") == 220);
  CHECK(width_of("任i") == 140);
  CHECK(width_of("é") == 75);
  const std::string narrow = badge_svg(no_summary({"i", "i"}), {});
  const std::string wide = badge_svg(no_summary({"任务任务", "任务任务"}), {});
  const auto width = [](const std::string& svg) {
    return std::stoi(svg.substr(svg.find("width=\"") + 7));
  };
  CHECK(width(wide) - width(narrow) == 44 - 3);
}

TEST_CASE("A feed has an entry for each job and each way it settled, with an id that stays") {
  JobRecord failed = job("a", Status::failed, 10);
  failed.error_code = "VPC.0501";
  failed.error_text = "quota exceeded";
  JobRecord lost = job("l", Status::running, 30);
  lost.forgotten_at = at(40);
  const auto entries = settled_entries(
      {job("r", Status::running, 5), failed, job("s", Status::succeeded, 20), lost}, Language::en);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].id == "tag:jobtree,2026:job/cn-north-4/eip/-/l/lost");
  CHECK(entries[0].title == "outcome unknown: someType");
  CHECK(entries[1].id == "tag:jobtree,2026:job/cn-north-4/eip/-/s/succeeded");
  CHECK(entries[2].id == "tag:jobtree,2026:job/cn-north-4/eip/-/a/failed");
  CHECK(entries[2].text == "VPC.0501: quota exceeded · eip · cn-north-4 · a");
  CHECK(entries[2].at == at(10));
  // Read again, named otherwise: the same entry.
  failed.last_change = at(99);
  failed.marks.label = "nightly";
  CHECK(settled_entries({failed}, Language::zh)[0].id == entries[2].id);
  CHECK(settled_entries({failed}, Language::zh)[0].title == "失败：nightly");
  CHECK(settled_entries({failed}, Language::zh)[0].at == at(10));

  std::vector<JobRecord> many;
  for (int i = 0; i < 150; ++i)
    many.push_back(job("j" + std::to_string(i), Status::succeeded, i));
  const auto newest = settled_entries(many, Language::en);
  CHECK(newest.size() == 100);
  CHECK(newest.front().at == at(149));
  std::set<std::string> ids;
  for (const FeedEntry& entry : newest)
    ids.insert(entry.id);
  CHECK(ids.size() == 100);
}

TEST_CASE("The feed of a job says that it started, and how it settled") {
  JobRecord record = job("a", Status::running);
  record.begun_at = at(0);
  REQUIRE(entries_of_job(record, Language::en).size() == 1);
  CHECK(entries_of_job(record, Language::en)[0].id.ends_with("/a/started"));
  record.status = Status::failed;
  record.ended_at = at(60);
  const auto entries = entries_of_job(record, Language::en);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].id.ends_with("/a/failed"));
  CHECK(entries[1].title == "started: someType");
}

TEST_CASE("Both forms of a feed are sound, whatever the cloud and people say") {
  JobRecord record = job("a", Status::failed);
  record.address = {"cn-north-4", "eip", "-", "a/<b>&\"'"};
  record.type = kHostile;
  record.error_text = kHostile + std::string("\x0b\xff\xef\xbf\xbf", 5);
  Feed feed = feed_of(share(kHostile), settled_entries({record}, Language::en),
                      summary_of(share(kHostile), record), Language::en);
  feed.self = "https://jobs.example.com/feed/x.atom?a&b";
  feed.page = "https://jobs.example.com/s/x";
  const std::string atom = atom_of(feed);
  CHECK(is_sound(atom));
  CHECK(atom.find("<script") == std::string::npos);
  CHECK(std::ranges::none_of(
      atom, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
  CHECK(atom.find("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">") !=
        std::string::npos);
  CHECK(atom.find("<link rel=\"self\" type=\"application/atom+xml\" "
                  "href=\"https://jobs.example.com/feed/x.atom?a&amp;b\"/>") != std::string::npos);
  CHECK(atom.find("<updated>2026-11-24T12:00:00.000Z</updated>") != std::string::npos);
  CHECK(atom.find("job/cn-north-4/eip/-/a/%3Cb%3E%26%22%27/failed") != std::string::npos);
  const auto json = nlohmann::json::parse(json_feed_of(feed));
  CHECK(json.at("version") == "https://jsonfeed.org/version/1.1");
  CHECK(json.at("items").at(0).at("id") == feed.entries[0].id);
  CHECK(json.at("items").at(0).at("date_published") == "2026-11-24T12:00:00.000Z");

  // Without an entry it is a feed too, with a time that stays.
  const Feed empty = feed_of(share(), {}, summary_of(share(), record), Language::zh);
  CHECK(empty.updated == at(-1000));
  CHECK(is_sound(atom_of(empty)));
  CHECK(empty.id == feed.id);
  CHECK(nlohmann::json::parse(json_feed_of(empty)).at("items").empty());
}

TEST_CASE("The page of a link is the page, one folder down, with what a preview reads") {
  const std::string html =
      "<html><head><title>jobtree</title><link rel=\"icon\" href=\"favicon.svg\">"
      "<link href=\"https://x.example/a\"><link href=\"/a.css\"><script "
      "src=\"job-tree.js\"></script>"
      "</head><body><a href=\"#main\">x</a><a href=\"?job=a\">x</a><img src=\"favicon.svg\">"
      "<img src=\"\"><img src=\"data:x\"><p></head></p></body></html>";
  const std::string page =
      share_page(html, {.title = kHostile, .description = "3 failed\" \n\x01 <b>"});
  CHECK(page.find("href=\"../favicon.svg\"") != std::string::npos);
  CHECK(page.find("src=\"../job-tree.js\"") != std::string::npos);
  CHECK(page.find("src=\"../favicon.svg\"") != std::string::npos);
  for (const char* const same : {"href=\"#main\"", "href=\"?job=a\"", "href=\"/a.css\"",
                                 "href=\"https://x.example/a\"", "src=\"\"", "src=\"data:x\""}) {
    CHECK(page.find(same) != std::string::npos);
  }
  CHECK(page.find("<script>alert") == std::string::npos);
  CHECK(page.find("<meta property=\"og:description\" content=\"3 failed&quot; &lt;b&gt;\">") !=
        std::string::npos);
  CHECK(page.find("<meta name=\"twitter:card\" content=\"summary\">") != std::string::npos);
  CHECK(page.find("<meta name=\"robots\" content=\"noindex\">") < page.find("</head>"));
  CHECK(page.find("og:title") == page.rfind("og:title"));
  CHECK(share_page("no page", {}) == "no page");
}

}  // namespace share_words_test
