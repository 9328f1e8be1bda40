#include "commands/cli/flags.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/ascii.h"
#include "commands/cli/config_file.h"

namespace jobtree::commands {

std::string variable_of(const std::string& flag) {
  std::string variable = "JOBTREE_";
  for (const char c : flag.substr(flag.find_first_not_of('-'))) {
    variable += c == '-' ? '_' : to_upper(c);
  }
  return variable;
}

CLI::Validator one_of(std::vector<std::string> values) {
  std::string list;
  for (const std::string& value : values)
    list.append(list.empty() ? "" : ", ").append(value);
  const auto check = [values = std::move(values), list](const std::string& value) {
    if (std::ranges::find(values, value) != values.end()) return std::string();
    return spoken(bilingual({"must be one of {0}", "取值应为 {0} 之一"}, list));
  };
  return {[check](std::string& value) { return check(value); }, "{" + list + "}"};
}

CLI::Validator between(double least, double most) {
  const auto figure = [](double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", number);
    return std::string(text);
  };
  const std::string range = figure(least) + " – " + figure(most);
  return {[=](std::string& text) {
            double value = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), value);
            if (error == std::errc() && end == text.data() + text.size() && value >= least &&
                value <= most) {
              return std::string();
            }
            return spoken(bilingual({"must be a number from {0} to {1}", "应为 {0} 到 {1} 的数字"},
                                    figure(least), figure(most)));
          },
          range};
}

std::string parse_error_text(const CLI::ParseError& error) {
  std::string what = error.what();
  const std::string name = what.substr(0, what.find(':'));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return spoken(bilingual({"{0} is missing", "缺少 {0}"}, what.substr(0, what.find(' '))));
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return spoken(bilingual({"{0} needs a value", "{0} 需要一个值"}, name));
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    // "Could not convert: --seed = x"
    const std::size_t begin = what.find(": ");
    const std::size_t end = what.find(" = ");
    const bool has_name = begin != std::string::npos && end != std::string::npos && begin < end;
    return spoken(bilingual({"{0}: not a valid value", "{0}：值无效"},
                            has_name ? what.substr(begin + 2, end - begin - 2) : name));
  }
  return what;  // a sentence of ours
}

void translate_help(CLI::App& app) {
  app.get_formatter()->label("Usage", help_text({"Usage", "用法"}));
  app.get_formatter()->label("OPTIONS", help_text({"OPTIONS", "选项"}));
  app.get_formatter()->label("SUBCOMMAND", help_text({"COMMAND", "命令"}));
  app.get_formatter()->label("Positionals", help_text({"Arguments", "参数"}));
  app.get_formatter()->label("REQUIRED", help_text({"REQUIRED", "必填"}));
  app.get_formatter()->label("Env", help_text({"Env", "环境变量"}));
  app.option_defaults()->group(help_text({"Options", "选项"}));
}

void on_run(CLI::App& command, Context& context, std::function<int()> run) {
  const auto file = std::make_shared<std::string>();
  add_option(command, "--config", *file,
             {"Config file with a line \"flag = value\" for each flag; the command line and the "
              "environment take precedence",
              "配置文件，每行一个“参数 = 值”；命令行和环境变量优先"});
  command.callback([&command, &context, file, run = std::move(run)] {
    if (!file->empty()) read_config(command, *file);
    context.exit_code = run();
  });
}

}  // namespace jobtree::commands
