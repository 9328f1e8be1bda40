// backend services: whose jobs can be shown, and where each service lives.
//
// Knows: its flags, a table of text. Must not know: how a service is found.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/cli/cloud_connection.h"
#include "commands/cli/flags.h"
#include "commands/cli/listing.h"
#include "commands/cli/message.h"
#include "commands/commands.h"

namespace jobtree::commands {
namespace {

constexpr const char* kServices = "services";

struct ServicesFlags {
  CloudFlags cloud;
  std::string output = "text";
};

using Row = std::array<std::string, 4>;

/// Columns of even width, two blanks apart; the last one as wide as its text.
std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      text += row[column] + std::string(widths[column] + 2 - row[column].size(), ' ');
    }
    text += row.back() + '\n';
  }
  return text;
}

nlohmann::ordered_json texts_of(const cloud::Origins& origins) {
  auto texts = nlohmann::ordered_json::array();
  for (const cloud::Origin& origin : origins)
    texts.push_back(origin.text());
  return texts;
}

std::string title_of(const cloud::Service& service) {
  return language() == Language::zh ? service.title_zh : service.title_en;
}

/// A line a service, grouped, in 80 columns: ids that are wider than their column push the title.
std::string as_brief_text(const cloud::Catalogue& catalogue, const std::string& /*region*/) {
  constexpr std::size_t kNames = 19;
  constexpr std::size_t kIds = 25;
  const auto padded = [](const std::string& text, std::size_t width) {
    return text + std::string(text.size() + 2 > width ? 2 : width - text.size(), ' ');
  };
  std::string text = padded("NAME", kNames) + padded("IDS", kIds) + "TITLE\n";
  for (const cloud::Group& group : catalogue.groups()) {
    text += '\n' + spoken(group.title) + '\n';
    for (const cloud::Service& service : catalogue.services()) {
      if (service.group != group.name) continue;
      std::string ids;
      for (const std::string& name : service.pattern.id_names()) {
        ids += (ids.empty() ? "" : "/") + name;
      }
      text += padded(service.name, kNames) + padded(ids, kIds) + title_of(service) + '\n';
    }
  }
  return text;
}

std::string services_as_text(const cloud::Catalogue& catalogue, const std::string& region) {
  std::vector<Row> rows{{"NAME", "PATH", "ENDPOINT", "TITLE"}};
  for (const cloud::Service& service : catalogue.services()) {
    const auto origins = catalogue.origins(service, region);
    std::string where = origins ? joined(origins.value())
                                : spoken(bilingual({"not in {0}", "{0} 没有此服务"}, region));
    if (const auto source = catalogue.origin_source(service, region); !source.empty()) {
      where.append(" (").append(source).append(")");
    }
    rows.push_back({service.name, service.path, std::move(where), title_of(service)});
  }
  return table(rows);
}

std::string services_as_json(const cloud::Catalogue& catalogue, const std::string& region) {
  using Json = nlohmann::ordered_json;
  Json services = Json::array();
  for (const cloud::Service& service : catalogue.services()) {
    const auto origins = catalogue.origins(service, region);
    services.push_back({{"name", service.name},
                        {"path", service.path},
                        {"ids", service.pattern.id_names()},
                        {"group", service.group},
                        {"origin", origins ? Json(origins.value().front().text()) : Json(nullptr)},
                        {"origins", origins ? texts_of(origins.value()) : Json::array()},
                        {"origin_source", text_or_null(catalogue.origin_source(service, region))},
                        {"global", service.global},
                        {"title", {{"en", service.title_en}, {"zh", service.title_zh}}}});
  }
  return json_document({{"region", region}, {"services", std::move(services)}});
}

int run(const Environment& environment, const ServicesFlags& flags) {
  const auto catalogue = make_catalogue(environment, flags.cloud);
  if (!catalogue) return usage_error(kServices, catalogue.failure().text());
  for (const Bilingual& notice : catalogue.value()->notices())
    note(kServices, notice);
  const auto show = flags.output == "json"    ? services_as_json
                    : flags.output == "brief" ? as_brief_text
                                              : services_as_text;
  return print(kServices, show(*catalogue.value(), flags.cloud.region));
}

}  // namespace

void add_services(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ServicesFlags>();
  CLI::App* command = app.add_subcommand(
      kServices,
      help_text({"List supported services and their endpoints", "列出支持的服务及其终端节点"}));
  add_catalogue_flags(*command, flags->cloud);
  add_option(*command, "--output", flags->output,
             {"text, brief (by group, with IDs, in 80 columns) or json",
              "text、brief（按类别列出 ID，不超过 80 列）或 json"})
      ->check(one_of({"text", "brief", "json"}))
      ->capture_default_str();
  on_run(*command, context, [flags, &context] { return run(context.environment, *flags); });
}

}  // namespace jobtree::commands
