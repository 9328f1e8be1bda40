#include "i18n/estimate_words.h"

#include <cstdint>
#include <string_view>

#include "base/min_max.h"

namespace jobtree::engine {
namespace {

struct RoughUnit {
  std::uint32_t seconds;
  const char *one, *many, *zh;  // with the blank before them
};
constexpr RoughUnit kRoughUnits[] = {{86'400, " day", " days", " 天"},
                                     {3600, " hour", " hours", " 小时"},
                                     {60, " min", " min", " 分钟"},
                                     {1, " s", " s", " 秒"}};

/// A duration as one would say it: of its largest unit.
struct Rough {
  const RoughUnit* unit;
  std::uint32_t amount;
  std::string_view word(Language language) const {
    return language == Language::zh ? unit->zh : amount == 1 ? unit->one : unit->many;
  }
};

/// `least`: how many quarters of a unit it takes.
Rough rough(std::uint32_t seconds, std::uint32_t least = 6) {
  const RoughUnit* unit = kRoughUnits;
  while (unit->seconds != 1 && seconds < unit->seconds * least / 4)
    ++unit;
  return {unit, greater((seconds + unit->seconds / 2) / unit->seconds, 1U)};
}

void put_span(String& out, const Pair& sentence, std::uint32_t seconds, Language language) {
  const Rough span = rough(seconds);
  fill(out, sentence, language, {span.amount, span.word(language)});
}

void put_usual(String& out, const Estimate& estimate, Language language) {
  const Rough to = rough(estimate.to);
  // Fifty seconds are a minute, beside some minutes.
  Rough from = rough(estimate.from, 3);
  if (from.unit != to.unit) from = rough(estimate.from);
  const bool is_of_one_unit = from.unit == to.unit;
  if (is_of_one_unit && from.amount == to.amount) {
    return put_span(out, {"Usually about {0}{1}", "通常需要约 {0}{1}"}, estimate.to, language);
  }
  const std::string_view between =
      is_of_one_unit ? Pair{"", " "}.in(language) : from.word(language);
  fill(out, {"Usually {0}{1} to {2}{3}", "通常需要 {0}{1}到 {2}{3}"}, language,
       {from.amount, between, to.amount, to.word(language)});
}

}  // namespace

void put_estimate(String& out, const Estimate& estimate, Language language) {
  switch (estimate.kind) {
    case abi::Estimate::none:
      break;
    case abi::Estimate::usual:
      put_usual(out, estimate, language);
      break;
    case abi::Estimate::longer:
      out += Pair{"Longer than 95 of 100 before", "比以往 95% 的同类任务都久"}.in(language);
      break;
    case abi::Estimate::stuck:
      put_span(out,
               {"Seems stuck: longer than 95 of 100 before, no change for {0}{1}",
                "似乎已卡住：比以往 95% 的同类任务都久，且 {0}{1}无变化"},
               estimate.unchanged, language);
      break;
  }
  if (estimate.left == 0) return;
  const bool is_alone = estimate.kind == abi::Estimate::none;
  put_span(out,
           {is_alone ? "About {0}{1} left" : " · about {0}{1} left",
            is_alone ? "预计还需约 {0}{1}" : " · 预计还需约 {0}{1}"},
           estimate.left, language);
}

}  // namespace jobtree::engine
