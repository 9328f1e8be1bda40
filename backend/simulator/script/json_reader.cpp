#include "simulator/script/json_reader.h"

#include <algorithm>
#include <utility>

namespace jobtree::simulator {
namespace {

using json = nlohmann::ordered_json;

const json kNothing = nullptr;

/// 3 and 2.5 as they are written, 1 and 0.01 without zeros behind.
std::string shown(double number) {
  return json(number).dump();
}

}  // namespace

std::string JsonReader::place_of(const char* name) const {
  return place_.empty() ? name : place_ + '.' + name;
}

void JsonReader::fail(const Bilingual& what) {
  if (!wrong_->empty()) return;
  *wrong_ = bilingual({"{0} {1}", "{0} {1}"},
                      place_.empty() ? Bilingual("the top", "顶层") : Bilingual(place_), what);
}

void JsonReader::fail(const char* name, const Bilingual& what) {
  if (wrong_->empty()) *wrong_ = bilingual({"{0} {1}", "{0} {1}"}, place_of(name), what);
}

bool JsonReader::must_be_object() {
  if (!value_->is_object()) fail({"must be an object", "应为对象"});
  return !failed();
}

const json* JsonReader::member(const char* name, bool required) {
  known_.insert(name);
  if (failed() || !value_->is_object()) return nullptr;
  const auto found = value_->find(name);
  if (found != value_->end()) return &*found;
  if (required) fail(name, {"is missing", "缺失"});
  return nullptr;
}

bool JsonReader::has(const char* name) const {
  return value_->is_object() && value_->contains(name);
}

const json* JsonReader::any(const char* name) {
  return member(name, false);
}

std::string JsonReader::text(const char* name, std::size_t max_size) {
  const json* value = member(name, true);
  return value == nullptr ? std::string() : text(name, max_size, "");
}

std::string JsonReader::text(const char* name, std::size_t max_size, std::string otherwise) {
  const json* value = member(name, false);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) {
    fail(name, {"must be a text", "应为字符串"});
    return otherwise;
  }
  auto text = value->get<std::string>();
  if (text.size() > max_size) {
    fail(name, bilingual({"is longer than {0} bytes", "超过 {0} 字节"}, std::to_string(max_size)));
  }
  return text;
}

std::int64_t JsonReader::integer(const char* name, std::int64_t low, std::int64_t high) {
  const json* value = member(name, true);
  return value == nullptr ? low : integer(name, low, high, low);
}

std::int64_t JsonReader::integer(const char* name, std::int64_t low, std::int64_t high,
                                 std::int64_t otherwise) {
  const json* value = member(name, false);
  if (value == nullptr) return otherwise;
  const bool fits = value->is_number_integer() &&
                    !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX);
  const auto number = fits ? value->get<std::int64_t>() : low;
  if (fits && number >= low && number <= high) return number;
  fail(name, bilingual({"must be a whole number from {0} to {1}", "应为 {0} 到 {1} 的整数"},
                       std::to_string(low), std::to_string(high)));
  return otherwise;
}

double JsonReader::number(const char* name, double low, double high, double otherwise) {
  const json* value = member(name, false);
  if (value == nullptr) return otherwise;
  const double number = value->is_number() ? value->get<double>() : low - 1;
  if (number >= low && number <= high) return number;
  fail(name, bilingual({"must be a number from {0} to {1}", "应为 {0} 到 {1} 的数字"}, shown(low),
                       shown(high)));
  return otherwise;
}

bool JsonReader::flag(const char* name, bool otherwise) {
  const json* value = member(name, false);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  fail(name, {"must be true or false", "应为 true 或 false"});
  return otherwise;
}

JsonReader JsonReader::object(const char* name) {
  const json* value = member(name, true);
  JsonReader reader(value == nullptr ? kNothing : *value, place_of(name), *wrong_);
  reader.must_be_object();
  return reader;
}

std::vector<JsonReader> JsonReader::list(const char* name, std::size_t max_size) {
  const json* value = member(name, false);
  if (value == nullptr) return {};
  return JsonReader(*value, place_of(name), *wrong_).list(max_size);
}

std::vector<JsonReader> JsonReader::list(std::size_t max_size) {
  if (!value_->is_array()) {
    fail({"must be a list", "应为列表"});
    return {};
  }
  if (value_->size() > max_size) {
    fail(bilingual({"has more than {0} entries", "超过 {0} 项"}, std::to_string(max_size)));
    return {};
  }
  std::vector<JsonReader> entries;
  entries.reserve(value_->size());
  for (const json& entry : *value_) {
    entries.emplace_back(entry, place_ + '[' + std::to_string(entries.size()) + ']', *wrong_);
    if (!entries.back().must_be_object()) return {};
  }
  return entries;
}

std::size_t JsonReader::word(const char* name, const std::vector<std::string_view>& words,
                             std::size_t otherwise) {
  const json* value = member(name, otherwise >= words.size());
  if (value == nullptr) return otherwise;
  const std::string word = value->is_string() ? value->get<std::string>() : std::string();
  const auto found = std::ranges::find(words, word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const std::string_view known : words) {
    all.append(all.empty() ? "" : ", ").append(known);
  }
  fail(name, bilingual({"must be one of {0}", "应为 {0} 之一"}, all));
  return otherwise;
}

void JsonReader::done() {
  if (failed() || !value_->is_object()) return;
  for (const auto& [name, value] : value_->items()) {
    if (known_.contains(name)) continue;
    fail(bilingual({"has an unknown member \"{0}\"", "含有未知成员“{0}”"}, name.substr(0, 40)));
    return;
  }
}

}  // namespace jobtree::simulator
