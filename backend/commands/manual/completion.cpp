#include "commands/manual/completion.h"

#include "base/bilingual.h"

namespace jobtree::commands {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words)
    text.append(text.empty() ? "" : between).append(word);
  return text;
}

std::string names_of(const std::vector<FlagRow>& flags) {
  std::string text;
  for (const FlagRow& flag : flags)
    text.append(text.empty() ? "" : " ").append(joined(flag.names, " "));
  return text;
}

std::string names_of(const std::vector<CommandRow>& commands) {
  std::string text;
  for (const CommandRow& command : commands)
    text.append(text.empty() ? "" : " ").append(command.words.back());
  return text;
}

/// A word of _arguments: within '...', where "[", "]" and ":" mean something too.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_flags(const CommandRow& command) {
  std::string text = "_arguments";
  for (const FlagRow& flag : command.flags) {
    for (const std::string& name : flag.names) {
      text += " \\\n        '";
      if (flag.is_repeatable) text += '*';
      text += name;
      if (!flag.value.empty() && name.starts_with("--")) text += '=';
      text += '[' + zsh_text(flag.text) + ']';
      if (!flag.value.empty()) {
        text += ':' + zsh_text(flag.value) + ':' +
                (flag.values.empty() ? "_files" : '(' + joined(flag.values, " ") + ')');
      }
      text += '\'';
    }
  }
  return text + " \\\n        '*:file:_files'";
}

std::string zsh_commands(const std::vector<CommandRow>& commands) {
  std::string text = "_values command";
  for (const CommandRow& command : commands)
    text += " \\\n        '" + command.words.back() + '[' + zsh_text(command.text) + "]'";
  return text;
}

}  // namespace

std::string bash_completion(const CommandRow& program) {
  const std::string& name = program_name();
  std::string text = "# bash completion for " + name + "; made from its --help\n_" + name +
                     R"sh(() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} next=2 offered='' values=''
  # "=" is a word of its own to readline.
  if [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $word == = ]]; then
    word=''
  fi
  if ((COMP_CWORD == 1)) && [[ $word != -* ]]; then
    command=''
    next=1
  elif [[ $command == -* ]]; then
    command=serve
    next=1
    ((COMP_CWORD > 1)) || offered=')sh" +
                     names_of(program.flags) + " '\n  fi\n";
  for (const CommandRow& command : program.commands) {
    if (command.commands.empty()) continue;
    text +=
        "  if [[ $command == " + command.words.back() +
        " ]] && ((COMP_CWORD > 2)); then\n    command+=\" ${COMP_WORDS[2]}\"\n    next=3\n  fi\n";
  }
  text += "  case $command in\n    '') offered='" + names_of(program.commands) + "' ;;\n";
  for (const CommandRow& command : program.commands) {
    if (command.commands.empty()) continue;
    text += "    " + command.words.back() + ") offered='" + names_of(command.commands) + "' ;;\n";
  }
  for (const CommandRow* command : runnable(program)) {
    text += "    '" + joined(command->words, " ") + "')\n      offered+='" +
            names_of(command->flags) + "'\n      case $before in\n";
    for (const FlagRow& flag : command->flags) {
      if (flag.value.empty()) continue;
      text += "        " + joined(flag.names, " | ") + ") offered='' values='" +
              joined(flag.values, " ") + "' ;;\n";
    }
    text += "        *) [[ $word == -* ]] || offered='' ;;\n      esac\n      ;;\n";
  }
  return text + R"sh(  esac
  # What is not known is a file, as without this.
  ((COMP_CWORD >= next)) || return
  mapfile -t COMPREPLY < <(compgen -W "$offered$values" -- "$word")
}
complete -o default -F _)sh" +
         name + " " + name + "\n";
}

std::string zsh_completion(const CommandRow& program) {
  const std::string& name = program_name();
  std::string text = "#compdef " + name + "\n# Made from --help.\n_" + name + R"sh(() {
  local command=serve
  if ((CURRENT == 2)) && [[ $PREFIX != -* ]]; then
    command=''
  elif [[ $words[2] != -* ]]; then
    command=$words[2]
    shift words
    ((CURRENT--))
  fi
  case $command in
    '')
      )sh" + zsh_commands(program.commands) +
                     "\n      ;;\n";
  for (const CommandRow& command : program.commands) {
    text += "    " + command.words.back() + ")\n";
    if (command.commands.empty()) {
      text += "      " + zsh_flags(command) + "\n      ;;\n";
      continue;
    }
    text += "      if ((CURRENT == 2)); then\n        " + zsh_commands(command.commands) +
            "\n        return\n      fi\n";
    text += "      shift words\n      ((CURRENT--))\n      case $words[1] in\n";
    for (const CommandRow& inner : command.commands) {
      text += "    " + inner.words.back() + ")\n      " + zsh_flags(inner) + "\n      ;;\n";
    }
    text += "      esac\n      ;;\n";
  }
  return text + "  esac\n}\n_" + name + " \"$@\"\n";
}

}  // namespace jobtree::commands
