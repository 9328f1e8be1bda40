#include "simulator/script/records/filled_course.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "simulator/script/records/time_forms.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

/// The part of `text` before `separator`, which is taken off it with the separator.
std::string_view take(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

class FilledCourse final : public Course {
 public:
  explicit FilledCourse(FilledPlan plan) : plan_(std::move(plan)) {}

  std::string document(WallTime began, Milliseconds elapsed) const override {
    ordered_json filled = plan_.document;
    fill(filled, began, elapsed);
    return filled.dump();
  }
  Milliseconds length() const override { return plan_.lasts; }
  std::size_t size() const override { return 1; }

 private:
  void fill(ordered_json& value, WallTime began, Milliseconds elapsed) const {
    if (value.is_structured()) {
      for (ordered_json& member : value) {
        fill(member, began, elapsed);
      }
    }
    if (!value.is_string()) return;
    const std::string text = value.get<std::string>();
    if (!text.starts_with('{') || !text.ends_with('}')) return;
    value = blank(std::string_view(text).substr(1, text.size() - 2), began, elapsed);
  }

  ordered_json blank(std::string_view rest, WallTime began, Milliseconds elapsed) const {
    const std::string_view name = take(rest, ' ');
    const bool has_ended = elapsed >= plan_.lasts;
    const bool has_failed = has_ended && !plan_.reason.empty();
    const std::int64_t percent =
        has_ended ? 100 : std::min<std::int64_t>(99, elapsed.count() * 100 / plan_.lasts.count());
    if (name == "begin") return moment(began, rest);
    if (name == "end" && !has_ended) return "";
    if (name == "end?" && !has_ended) return nullptr;
    if (name.starts_with("end")) return moment(began + plan_.lasts, rest);
    if (name == "state") {
      const std::string_view running = take(rest, '|');
      const std::string_view done = take(rest, '|');
      return !has_ended ? running : has_failed ? rest : done;
    }
    if (name == "percent") return percent;
    if (name == "progress") return has_ended ? "" : std::to_string(percent);
    if (name == "progress%") return has_ended ? "" : std::to_string(percent) + '%';
    if (name == "code" && has_failed) return plan_.code;
    if (name == "reason" && has_failed) return plan_.reason;
    return nullptr;
  }

  static std::string moment(WallTime time, std::string_view form) {
    return written(time, time_form(form).value_or(TimeForm::milliseconds));
  }

  const FilledPlan plan_;
};

}  // namespace

std::shared_ptr<const Course> filled_course(FilledPlan plan) {
  return std::make_shared<FilledCourse>(std::move(plan));
}

}  // namespace jobtree::simulator
