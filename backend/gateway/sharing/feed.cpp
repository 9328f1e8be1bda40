#include "gateway/sharing/feed.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/ascii.h"
#include "base/hex.h"
#include "gateway/sharing/xml_text.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using store::JobRecord;

constexpr std::string_view kTag = "tag:jobtree,2026:";
constexpr std::size_t kLongestEntryName = 200;
constexpr std::size_t kLongestEntryText = 1000;

/// As a part of a tag: nothing in it means anything there.
std::string in_tag(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '/') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
    }
  }
  return out;
}

FeedEntry entry_of(const JobRecord& job, const Bilingual& what, std::string_view state,
                   store::Time at, Language language) {
  FeedEntry entry{.at = at};
  entry.id = std::string(kTag) + "job/" + in_tag(job.address.key()) + "/" + in_tag(state);
  const std::string_view between = language == Language::zh ? "：" : ": ";
  entry.title = shown_text(in(language, what), kLongestEntryName);
  entry.title.append(between).append(shown_text(in(language, name_of(job)), kLongestEntryName));
  return entry;
}

FeedEntry settled_entry(const JobRecord& job, Language language) {
  const bool is_lost = job.is_lost();
  const store::Time at =
      is_lost ? job.forgotten_at.value_or(job.last_change) : job.ended_at.value_or(job.last_change);
  FeedEntry entry =
      entry_of(job, message_of(job), is_lost ? "lost" : store::name_of(job.status), at, language);
  const std::string colon = job.error_code.empty() || job.error_text.empty() ? "" : ": ";
  const std::string error = job.error_code + colon + job.error_text;
  const std::string place = job.address.service() + " \xC2\xB7 " + job.address.region() +
                            " \xC2\xB7 " + job.address.job_id();
  entry.text = shown_text(error.empty() ? place : error + " \xC2\xB7 " + place, kLongestEntryText);
  return entry;
}

std::string atom_element(std::string_view name, std::string_view text) {
  std::string xml = "<";
  xml.append(name).append(">").append(escaped(text)).append("</").append(name).append(">\n");
  return xml;
}

std::string atom_link(std::string_view relation, std::string_view type, std::string_view address) {
  std::string xml = "<link rel=\"";
  xml.append(relation).append("\" type=\"").append(type).append("\" href=\"");
  return xml.append(escaped(address)).append("\"/>\n");
}

}  // namespace

std::vector<FeedEntry> settled_entries(const std::vector<JobRecord>& jobs, Language language) {
  std::vector<FeedEntry> entries;
  for (const JobRecord& job : jobs) {
    if (is_settled(job)) entries.push_back(settled_entry(job, language));
  }
  std::ranges::stable_sort(entries, std::ranges::greater(), &FeedEntry::at);
  if (entries.size() > kMostFeedEntries) entries.resize(kMostFeedEntries);
  return entries;
}

std::vector<FeedEntry> entries_of_job(const JobRecord& job, Language language) {
  std::vector<FeedEntry> entries = settled_entries({job}, language);
  if (job.begun_at && job.status != store::Status::waiting) {
    entries.push_back(entry_of(job, {"started", "已开始"}, "started", *job.begun_at, language));
    entries.back().text = shown_text(job.address.service() + " \xC2\xB7 " + job.address.region() +
                                         " \xC2\xB7 " + job.address.job_id(),
                                     kLongestEntryText);
  }
  return entries;
}

Feed feed_of(const store::Share& share, std::vector<FeedEntry> entries, const ShareSummary& summary,
             Language language) {
  Feed feed{.language = language, .updated = share.created_at, .entries = std::move(entries)};
  // Of its token no more than who has the feed has anyway.
  feed.id = std::string(kTag) + "share/" + to_hex(share.digest).substr(0, 32);
  feed.title = shown_text(in(language, summary.name), kLongestEntryName);
  for (const FeedEntry& entry : feed.entries)
    feed.updated = std::max(feed.updated, entry.at);
  return feed;
}

std::string atom_of(const Feed& feed) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  xml.append("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"")
      .append(feed.language == Language::zh ? "zh-CN" : "en")
      .append("\">\n");
  xml += atom_element("id", feed.id) + atom_element("title", feed.title) +
         atom_element("updated", store::text_of(feed.updated)) +
         "<author><name>jobtree</name></author>\n<generator>jobtree</generator>\n" +
         atom_link("self", "application/atom+xml", feed.self) +
         atom_link("alternate", "text/html", feed.page);
  for (const FeedEntry& entry : feed.entries) {
    xml += "<entry>\n" + atom_element("id", entry.id) + atom_element("title", entry.title) +
           atom_element("updated", store::text_of(entry.at)) +
           atom_link("alternate", "text/html", feed.page) + "<content type=\"text\">" +
           escaped(entry.text) + "</content>\n</entry>\n";
  }
  return xml + "</feed>\n";
}

std::string json_feed_of(const Feed& feed) {
  using Json = nlohmann::ordered_json;
  Json json{{"version", "https://jsonfeed.org/version/1.1"},
            {"title", feed.title},
            {"home_page_url", feed.page},
            {"feed_url", feed.self},
            {"language", feed.language == Language::zh ? "zh-CN" : "en"},
            {"authors", Json::array({{{"name", "jobtree"}}})},
            {"items", Json::array()}};
  for (const FeedEntry& entry : feed.entries) {
    json["items"].push_back({{"id", entry.id},
                             {"url", feed.page},
                             {"title", entry.title},
                             {"content_text", entry.text},
                             {"date_published", store::text_of(entry.at)}});
  }
  return store::text_of(json);
}

}  // namespace jobtree::gateway
