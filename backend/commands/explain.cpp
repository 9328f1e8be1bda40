// backend explain: what an error code means and what to do.
//
// Knows: its flags, a block of text a code. Must not know: where explanations come from.
#include "explain/explain.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/listing.h"
#include "commands/cli/message.h"
#include "commands/commands.h"
#include "commands/job/terminal_text.h"
#include "explain/explanation_json.h"

namespace jobtree::commands {
namespace {

constexpr const char* kExplain = "explain";
constexpr std::size_t kMostCode = 64;  // cells

struct ExplainFlags {
  std::vector<std::string> codes;
  std::string output = "text";
  std::string lang;
};

/// A code and what is known of it.
struct Lookup {
  std::string code;
  std::optional<explain::Explanation> found;
};

std::string_view in_language(const explain::Words& words) {
  return language() == Language::zh ? words.zh : words.en;
}

std::string block_of(const Lookup& lookup) {
  const std::string given = safe_text(trimmed(lookup.code, kWhitespace), kMostCode);
  if (!lookup.found) {
    return given + "\n  " + spoken(bilingual({"This code is not known.", "此错误码未收录。"})) +
           "\n";
  }
  const explain::Explanation& it = *lookup.found;
  const bool is_known = it.basis == explain::Basis::code;
  std::string text(is_known ? it.code : given);
  text += '\n';
  if (!is_known) {
    text += "  " + spoken(bilingual({"This code is not known; its number says:",
                                     "此错误码未收录，按编号推断："}));
    text += '\n';
  }
  text.append("  ").append(in_language(it.meaning)).append("\n");
  text.append("  ").append(in_language(it.remedy)).append("\n");
  return text;
}

std::string lookups_as_text(const std::vector<Lookup>& lookups) {
  std::string text;
  for (const Lookup& lookup : lookups) {
    if (!text.empty()) text += '\n';
    text += block_of(lookup);
  }
  return text;
}

std::string lookups_as_json(const std::vector<Lookup>& lookups) {
  using Json = nlohmann::ordered_json;
  Json codes = Json::array();
  for (const auto& [code, found] : lookups) {
    codes.push_back(found ? explain::json_of(*found, code)
                          : Json{{"code", trimmed(code, kWhitespace)},
                                 {"known", false},
                                 {"meaning", nullptr},
                                 {"remedy", nullptr}});
  }
  return json_document({{"codes", std::move(codes)}});
}

int run(const ExplainFlags& flags) {
  if (!flags.lang.empty()) set_language(language_of_locale(flags.lang));
  std::vector<Lookup> lookups;
  for (const std::string& code : flags.codes) {
    lookups.push_back({code, explain::explain_code(code)});
  }
  const auto show = flags.output == "json" ? lookups_as_json : lookups_as_text;
  const int code = print(kExplain, show(lookups));
  const bool has_all =
      std::ranges::all_of(lookups, [](const Lookup& it) { return it.found.has_value(); });
  return code == kExitOk && !has_all ? kExitFailed : code;
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = app.add_subcommand(
      kExplain, help_text({"Explain error codes of Huawei Cloud: what they mean and what to do",
                           "解释华为云错误码的含义和处理建议"}));
  command->footer(
      help_text({"Exit codes:\n"
                 "  0    every code is explained, if only by its number\n"
                 "  1    a code is not known at all\n"
                 "  2    usage error\n",
                 "退出码：\n"
                 "  0    全部错误码均有解释，包括仅按编号推断的\n"
                 "  1    有错误码未收录且无法推断\n"
                 "  2    用法错误\n"}));
  command
      ->add_option(
          "code", flags->codes,
          help_text({"Error codes, in any case. Example: {program} explain Ecs.0319 VPC.0532",
                     "错误码，不区分大小写。示例：{program} explain Ecs.0319 VPC.0532"}))
      ->required();
  add_output_flag(*command, flags->output);
  add_option(*command, "--lang", flags->lang,
             {"Language: en or zh (default: as LC_ALL, LC_MESSAGES or LANG say)",
              "语言：en 或 zh（默认由 LC_ALL、LC_MESSAGES 或 LANG 决定）"})
      ->check(one_of({"en", "zh"}));
  on_run(*command, context, [flags] { return run(*flags); });
}

}  // namespace jobtree::commands
