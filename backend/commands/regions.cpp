// backend regions: in which regions jobs can be shown.
//
// Knows: its flags, a table of text. Must not know: where a region comes from.
#include <memory>
#include <string>
#include <utility>

#include "commands/cli/cloud_connection.h"
#include "commands/cli/flags.h"
#include "commands/cli/listing.h"
#include "commands/cli/message.h"
#include "commands/commands.h"

namespace jobtree::commands {
namespace {

constexpr const char* kRegions = "regions";

struct RegionsFlags {
  CloudFlags cloud;
  std::string output = "text";
};

std::string regions_as_text(const cloud::Catalogue& catalogue) {
  std::string text;
  for (const std::string& region : catalogue.regions()) {
    const auto source = catalogue.region_source(region);
    text += region;
    if (!source.empty()) text.append("  (").append(source).append(")");
    text += '\n';
  }
  return text;
}

std::string regions_as_json(const cloud::Catalogue& catalogue) {
  auto regions = nlohmann::ordered_json::array();
  for (const std::string& region : catalogue.regions()) {
    regions.push_back(
        {{"name", region}, {"source", text_or_null(catalogue.region_source(region))}});
  }
  return json_document({{"regions", std::move(regions)}});
}

int run(const Environment& environment, const RegionsFlags& flags) {
  const auto catalogue = make_catalogue(environment, flags.cloud);
  if (!catalogue) return usage_error(kRegions, catalogue.failure().text());
  for (const Bilingual& notice : catalogue.value()->notices())
    note(kRegions, notice);
  const auto show = flags.output == "json" ? regions_as_json : regions_as_text;
  return print(kRegions, show(*catalogue.value()));
}

}  // namespace

void add_regions(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<RegionsFlags>();
  CLI::App* command = app.add_subcommand(kRegions, help_text({"List regions", "列出区域"}));
  add_regions_file_flag(*command, flags->cloud);
  add_output_flag(*command, flags->output);
  on_run(*command, context, [flags, &context] { return run(context.environment, *flags); });
}

}  // namespace jobtree::commands
