#include "commands/manual/man_page.h"

#include <initializer_list>

#include "base/ascii.h"
#include "base/bilingual.h"
#include "commands/cli/language.h"

namespace jobtree::commands {
namespace {

std::string in_words(const Sentence<0>& sentence) {
  return spoken(bilingual(sentence));
}

/// Text as roff shows it letter for letter. A hyphen is one that can be copied to a shell.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool begins_line = out.empty() || out.back() == '\n';
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '.':
        out += begins_line ? "\\&." : ".";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

std::string command_line(const CommandRow& command) {
  std::string line = program_name();
  for (const std::string& word : command.words)
    line += " " + word;
  return line;
}

std::string section(const Sentence<0>& title) {
  return ".SH " + in_words(title) + "\n";
}

/// A term, and below it what it is.
std::string entry(const std::string& term, const std::string& text) {
  return ".TP\n" + term + "\n" + text + "\n";
}

std::string flag_entry(const FlagRow& flag) {
  std::string term;
  for (const std::string& name : flag.names)
    term.append(term.empty() ? "" : ", ").append(bold(name));
  if (!flag.value.empty() && flag.names.front().starts_with('-')) term += " " + italic(flag.value);
  if (flag.is_repeatable) term += " ...";
  std::string text = roff(flag.text);
  const auto add = [&text](const Sentence<1>& sentence, std::string_view value) {
    text += "\n.br\n" + roff(spoken(bilingual(sentence, value)));
  };
  if (!flag.values.empty()) {
    std::string list;
    for (const std::string& value : flag.values)
      list.append(list.empty() ? "" : ", ").append(value);
    add({"Values: {0}", "取值：{0}"}, list);
  }
  if (!flag.fallback.empty()) add({"Default: {0}", "默认值：{0}"}, flag.fallback);
  if (!flag.variable.empty()) add({"Environment: {0}", "环境变量：{0}"}, flag.variable);
  return entry(term, text);
}

std::string synopsis(const CommandRow& program, const CommandRow& command) {
  if (&program == &command) {
    return bold(program_name()) + " [" + italic("OPTIONS") + "]\n.br\n" + bold(program_name()) +
           " " + italic("COMMAND") + " [" + italic("OPTIONS") + "] [" + italic("ARGUMENTS") + "]\n";
  }
  std::string line = bold(command_line(command)) + " [" + italic("OPTIONS") + "]";
  for (const FlagRow& argument : command.arguments)
    line += " " + italic(argument.names.front()) + (argument.is_repeatable ? " ..." : "");
  return line + "\n";
}

std::string description(const CommandRow& program, const CommandRow& command) {
  std::string text = roff(command.text) + "\n";
  if (&program != &command) return text;
  text += ".PP\n" +
          roff(in_words({"Without a command the program starts the web server, as \"serve\" does. "
                         "A flag takes precedence over its environment variable, and that over a "
                         "line of the config file.",
                         "没有命令时，程序启动网页服务端，与 serve 相同。优先级：命令行参数、环境"
                         "变量、配置文件。"})) +
          "\n";
  for (const CommandRow* it : runnable(program)) {
    text += entry(bold(command_line(*it)), roff(it->text));
  }
  return text;
}

struct Named {
  const char* name;
  Sentence<0> text;
};

std::string entries(std::initializer_list<Named> rows) {
  std::string text;
  for (const Named& row : rows)
    text += entry(bold(row.name), roff(in_words(row.text)));
  return text;
}

std::string environment() {
  return entries(
      {{"JOBTREE_FLAG",
        {"The flag --flag, in upper case and with \"_\" for \"-\"; a switch is on with \"true\". "
         "Several values are separated by commas.",
         "对应参数 --flag，大写并以“_”代替“-”；开关型参数取 true。多个值以逗号分隔。"}},
       {"HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN",
        {"The key with which Huawei Cloud is queried, as for the official SDKs.",
         "查询华为云所用的密钥，与官方 SDK 相同。"}},
       {"HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        {"The profile file with the key.", "密钥所在的配置文件。"}},
       {"STATE_DIRECTORY, CREDENTIALS_DIRECTORY",
        {"Folders that systemd gives to a service: where jobs are remembered, and where the key "
         "is found.",
         "systemd 提供给服务的目录：分别用于保存任务和存放密钥。"}},
       {"LC_ALL, LC_MESSAGES, LANG",
        {"The language of texts: Chinese or English.", "文本的语言：中文或英文。"}}});
}

std::string files() {
  return entries(
      {{"/etc/jobtree/jobtree.conf",
        {"Flags of the service, a line \"flag = value\" for each.",
         "服务的参数，每行一个“参数 = 值”。"}},
       {"~/.huaweicloud/credentials",
        {"The key of a workstation, in the section [basic].", "工作站的密钥，位于 [basic] 部分。"}},
       {"~/.huaweicloud/regions.yaml",
        {"Additional regions and endpoints.", "额外的区域和终端节点。"}},
       {"/var/lib/jobtree, ~/.local/state/jobtree",
        {"Where the service, and a server started by hand, remember jobs.",
         "服务以及手动启动的服务端保存任务的目录。"}}});
}

/// A command has those of its own in its help.
std::string exit_status(const CommandRow& command) {
  if (command.exit_codes.empty()) {
    return entries(
        {{"0", {"Success.", "成功。"}},
         {"1",
          {"A file, a port or another resource cannot be used.", "无法使用文件、端口或其他资源。"}},
         {"2", {"A mistake in the flags, or in a file they name.", "参数或参数所指定的文件有误。"}},
         {"3", {"The query failed.", "查询失败。"}}});
  }
  std::string text;
  for (const FooterLine& code : command.exit_codes)
    text += entry(bold(code.name), roff(code.text));
  return text;
}

/// Of those of the program, the ones with this command; "serve" can be left out.
std::string examples(const CommandRow& program, const CommandRow& command) {
  std::string text;
  for (const FooterLine& example : program.examples) {
    const bool is_default = example.name.starts_with(program_name() + " -");
    const bool is_its = &program == &command ||
                        example.name.starts_with(command_line(command) + " ") ||
                        (is_default && command.words.front() == "serve");
    if (is_its) text += entry(bold(example.name), roff(example.text));
  }
  return text;
}

std::string see_also(const CommandRow& program, const CommandRow& command) {
  std::string text;
  const auto add = [&text](const std::string& name) {
    text.append(text.empty() ? "" : ",\n").append(bold(name)).append("(1)");
  };
  if (&program != &command) add(program_name());
  if (&program == &command) {
    for (const CommandRow* it : runnable(program))
      add(page_name(*it));
  }
  return text + "\n";
}

}  // namespace

std::string man_page(const CommandRow& program, const CommandRow& command, std::string_view date) {
  std::string title;
  for (const char c : page_name(command))
    title += to_upper(c);
  std::string page = ".TH " + roff(title) + " 1 \"" + std::string(date) +
                     "\" \"jobtree " JOBTREE_VERSION "\" \"" +
                     in_words({"User Commands", "用户命令"}) + "\"\n";
  // Left-aligned and without hyphens: much is to be copied to a shell.
  page += ".ad l\n.nh\n";
  page +=
      section({"NAME", "名称"}) + roff(page_name(command)) + " \\- " + roff(command.text) + "\n";
  page += section({"SYNOPSIS", "概要"}) + synopsis(program, command);
  page += section({"DESCRIPTION", "描述"}) + description(program, command);
  if (!command.arguments.empty()) {
    page += section({"ARGUMENTS", "参数"});
    for (const FlagRow& argument : command.arguments)
      page += flag_entry(argument);
  }
  page += section({"OPTIONS", "选项"});
  for (const FlagRow& flag : command.flags)
    page += flag_entry(flag);
  page += section({"ENVIRONMENT", "环境变量"}) + environment();
  page += section({"FILES", "文件"}) + files();
  page += section({"EXIT STATUS", "退出状态"}) + exit_status(command);
  if (const std::string text = examples(program, command); !text.empty()) {
    page += section({"EXAMPLES", "示例"}) + text;
  }
  return page + section({"SEE ALSO", "参见"}) + see_also(program, command);
}

}  // namespace jobtree::commands
