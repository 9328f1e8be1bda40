// backend backup: a copy of what a server remembers, also while it does.
//
// Knows: its flags. Must not know: what stands in the file.
#include <memory>
#include <string>

#include "commands/cli/flags.h"
#include "commands/cli/message.h"
#include "commands/commands.h"
#include "commands/memory/data_folder.h"
#include "store/stored_file.h"

namespace jobtree::commands {
namespace {

constexpr const char* kBackup = "backup";
constexpr std::uint64_t kMuch = std::uint64_t{256} << 20;  // bytes, from which on it takes a while

struct BackupFlags {
  std::string file;
  std::string data;
};

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes >> 20U) + 1) + " MiB";
}

int run(const Environment& environment, const BackupFlags& flags) {
  const auto folder = needed_data_folder(environment, flags.data);
  if (!folder) return fail(kBackup, folder.failure());
  const auto file = store::StoredFile::open(folder.value());
  if (!file) return fail(kBackup, file.failure());
  const std::uint64_t bytes = file.value()->bytes();
  if (bytes > kMuch) {
    note(kBackup, bilingual({"copying {0}", "正在复制 {0}"}, mebibytes(bytes)));
  }
  if (const auto copied = file.value()->copy_to(flags.file); !copied) {
    return fail(kBackup, copied.failure());
  }
  return print(kBackup, spoken(bilingual({"copied {0} to {1}", "已将 {0} 备份到 {1}"},
                                         folder.value(), flags.file)) +
                            "\n");
}

}  // namespace

void add_backup(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<BackupFlags>();
  CLI::App* command = app.add_subcommand(
      kBackup, help_text({"Copy what a server remembers to a file, also while it runs",
                          "将服务端保存的任务备份到文件（服务端可在运行中）"}));
  command
      ->add_option("FILE", flags->file,
                   help_text({"The copy; it must not exist yet", "备份文件，必须尚不存在"}))
      ->required();
  add_data_flag(*command, flags->data, false);
  on_run(*command, context, [flags, &context] { return run(context.environment, *flags); });
}

}  // namespace jobtree::commands
