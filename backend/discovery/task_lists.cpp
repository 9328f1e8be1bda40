#include "discovery/task_lists.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "cloud/ask/error_body.h"
#include "discovery/bounds.h"
#include "discovery/json_pieces.h"
#include "discovery/row_forms.h"
#include "discovery/times.h"

namespace jobtree::discovery {
namespace {

constexpr std::size_t kMostRows = 20'000;  // CCE has all on one page

/// A row, or what stands around the rows. Its own level is taken apart once.
class Row {
 public:
  explicit Row(std::string_view json) : members_(members_of(json, kMostMembers)) {}

  bool is_good() const { return members_.is_whole && !members_.has_a_name_twice(); }
  /// The value at "a.b", "" when there is none.
  std::string_view at(std::string_view path) const {
    const std::size_t dot = path.find('.');
    std::string_view value = members_.find(path.substr(0, dot));
    while (path.find('.') != std::string_view::npos) {
      path.remove_prefix(path.find('.') + 1);
      const Members inner = members_of(value, kMostMembers);
      if (!inner.is_whole || inner.has_a_name_twice()) return {};
      value = inner.find(path.substr(0, path.find('.')));
    }
    return value;
  }
  /// Calls `read` with the value at each of the paths until it returns something.
  template <class Read>
  auto first(std::string_view paths, Read read) const -> decltype(read(paths)) {
    while (!paths.empty()) {
      const std::string_view path = paths.substr(0, paths.find('|'));
      paths.remove_prefix(std::min(path.size() + 1, paths.size()));
      auto found = read(at(path));
      if (found != decltype(found){}) return found;
    }
    return {};
  }
  std::string text(std::string_view paths, std::size_t most) const {
    return first(paths,
                 [most](std::string_view value) { return plain_text(scalar_of(value), most); });
  }
  std::optional<store::Time> time(std::string_view paths) const {
    return first(paths, [](std::string_view value) { return time_of(value); });
  }

 private:
  Members members_;
};

std::optional<double> percent_of(const std::string& text) {
  double percent = 0;
  const std::string_view digits = trimmed(text, " %");
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), percent);
  const bool is_one = error == std::errc() && end == digits.data() + digits.size() &&
                      percent >= 0 && percent <= 100;
  return is_one ? std::optional(percent) : std::nullopt;
}

std::vector<std::string> sub_jobs_of(const Row& row, const RowForm& form) {
  std::vector<std::string> ids;
  const std::string_view array =
      row.first(form.sub_jobs, [](std::string_view value) { return value; });
  for (const std::string_view part : elements_of(array, kMostSubJobs).all) {
    std::string id = Row(part).first(form.sub_job_id, id_text_of);
    if (is_good_id(id)) ids.push_back(std::move(id));
  }
  return ids;
}

/// Nothing when the row names no job.
std::optional<FoundJob> job_of(const Origin& origin, const ListQuery& query, const RowForm& form,
                               std::string_view json) {
  const Row row(json);
  if (!row.is_good()) return std::nullopt;
  const std::string id = row.first(form.id, [](std::string_view value) {
    std::string text = id_text_of(value);
    return is_good_id(text) ? text : std::string();
  });
  if (id.empty()) return std::nullopt;
  const bool is_known = origin.catalogue->find_service(query.list->service) != nullptr;
  JobPlace place = place_of(origin, {query.list->service, is_known, false}, id, IdName::job);
  FoundJob job;
  job.address = std::move(place.address);
  // Where a row has other ids beside the job's, those are of the row.
  const std::string_view own_id = form.id.substr(0, form.id.find('|'));
  job.is_queryable = place.is_queryable && id_text_of(row.at(own_id)) == id;
  job.source = FoundJob::Source::list;
  job.operation = row.text(form.operation, kLongestName);
  job.type = plain_text(job.operation, kLongestWord);
  job.status_text = row.text(form.status, kLongestWord);
  if (job.status_text.empty()) job.status_text = form.status_of_all;
  job.status = status_of(job.status_text);
  job.begun_at = row.time(form.begin);
  job.ended_at = row.time(form.end);
  const bool has_ended = job.status && store::has_ended(*job.status);
  if (has_ended && !job.ended_at) job.ended_at = row.time(form.last_change);
  job.said_at = query.read_at;
  job.user = row.text(form.user, kLongestName);
  job.resource_id = row.first(
      form.resource_id, [](std::string_view value) { return resource_id_of(scalar_of(value)); });
  job.resource_name = row.text(form.resource_name, kLongestName);
  job.progress = percent_of(row.text(form.progress, kLongestWord));
  job.error_code = cloud::plain_word(row.text(form.error_code, kLongestCode), kLongestCode);
  job.error_text = row.text(form.error_text, kLongestError);
  job.sub_jobs = sub_jobs_of(row, form);
  return job;
}

std::optional<std::size_t> number_of(const std::string& digits) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_one = error == std::errc() && end == digits.data() + digits.size();
  return is_one ? std::optional(number) : std::nullopt;
}

/// A page that is not full is the last: ELB has a marker on it all the same. Where the list says
/// how many rows there are, that counts: a service may give fewer than it was told.
std::optional<cloud::ListPlace> next_place(const ListQuery& query, const RowForm& form,
                                           const Row& page, std::size_t rows) {
  if (query.list->limit == 0 || rows == 0) return std::nullopt;
  if (!form.marker.empty()) {
    std::string marker = page.text(form.marker, kLongestMarker + 1);
    const bool is_one = rows >= query.list->limit && !marker.empty() &&
                        marker.size() <= kLongestMarker &&
                        std::ranges::all_of(marker, is_graphic) && marker != query.place.marker;
    if (!is_one) return std::nullopt;
    return cloud::ListPlace{.offset = 0, .marker = std::move(marker)};
  }
  const std::size_t end = query.place.offset + rows;
  const auto total = number_of(page.text(form.total, kLongestWord));
  const bool has_more = total ? end < *total : rows >= query.list->limit;
  if (!has_more) return std::nullopt;
  return cloud::ListPlace{.offset = end, .marker = {}};
}

}  // namespace

Result<ListPage> read_list(const Origin& origin, const ListQuery& query, std::string_view body) {
  const std::string& name = query.list->name;
  const auto* const form = std::ranges::find(kRowForms, name, &RowForm::list);
  const auto no_list = Failure::unavailable(
      bilingual({"the response is not a list of tasks: {0}", "响应不是任务列表：{0}"}, name));
  if (form == kRowForms.end()) return no_list;
  if (body.size() > kLargestPage) {
    return Failure::unavailable(bilingual(
        {"the response with tasks is larger than 16 MiB: {0}", "任务列表的响应超过 16 MiB：{0}"},
        name));
  }
  body = trimmed(body, kWhitespace);
  const Row page(form->rows.empty() ? std::string_view("{}") : body);
  if (!page.is_good()) return no_list;
  const std::string_view array = form->rows.empty() ? body : page.at(form->rows);
  const Elements rows = elements_of(array, kMostRows);
  if (!rows.is_whole && array != "null") return no_list;

  ListPage found;
  found.count = rows.all.size();
  for (const std::string_view row : rows.all) {
    if (auto job = job_of(origin, query, *form, row)) {
      found.jobs.push_back(std::move(*job));
    } else {
      ++found.unreadable;
    }
  }
  found.next = next_place(query, *form, page, found.count);
  return found;
}

}  // namespace jobtree::discovery
