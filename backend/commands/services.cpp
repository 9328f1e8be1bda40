// backend services, backend regions: what can be asked, and where.
#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "commands/cli/cloud_connection.h"
#include "commands/cli/flags.h"
#include "commands/commands.h"

namespace jobtree::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Flags {
  CloudFlags cloud;
  std::string output = "text";
};

int fail(const char* command, int code, const std::string& message) {
  std::cerr << "backend " << command << ": " << message << '\n';
  return code;
}

int bad_flag(const char* command, const std::string& message) {
  return fail(command, kUsage, message + " (backend --help explains every flag)");
}

int print(const char* command, const std::string& text) {
  std::cout << text << std::flush;
  return std::cout ? kOk : fail(command, kFailed, "cannot write to standard output");
}

/// null for what there is not.
Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// ---- services ----------------------------------------------------------------------------------

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

std::string services_text(const cloud::Catalogue& catalogue, const std::string& region) {
  std::vector<Row> rows{{"NAME", "PATH", "WHERE", "TITLE"}};
  for (const cloud::Service& service : catalogue.services()) {
    const auto origin = catalogue.origin(service, region);
    std::string where = origin ? origin.value() : "nowhere in " + region;
    if (const auto source = catalogue.origin_source(service, region); !source.empty()) {
      where.append(" (").append(source).append(")");
    }
    rows.push_back({service.name, service.path, std::move(where), service.title_en});
  }
  return table(rows);
}

std::string services_json(const cloud::Catalogue& catalogue, const std::string& region) {
  Json services = Json::array();
  for (const cloud::Service& service : catalogue.services()) {
    const auto origin = catalogue.origin(service, region);
    services.push_back({{"name", service.name},
                        {"path", service.path},
                        {"origin", origin ? Json(origin.value()) : Json(nullptr)},
                        {"origin_source", text_or_null(catalogue.origin_source(service, region))},
                        {"global", service.global},
                        {"title", {{"en", service.title_en}, {"zh", service.title_zh}}}});
  }
  const Json all{{"region", region}, {"services", std::move(services)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int run_services(const Flags& flags) {
  const auto catalogue = make_catalogue(flags.cloud);
  if (!catalogue) return bad_flag("services", catalogue.error());
  const auto show = flags.output == "json" ? services_json : services_text;
  return print("services", show(*catalogue.value(), flags.cloud.region));
}

// ---- regions -----------------------------------------------------------------------------------

std::string regions_text(const cloud::Catalogue& catalogue) {
  std::string text;
  for (const std::string& region : catalogue.regions()) {
    const auto source = catalogue.region_source(region);
    text += region;
    if (!source.empty()) text.append("  (").append(source).append(")");
    text += '\n';
  }
  return text;
}

std::string regions_json(const cloud::Catalogue& catalogue) {
  Json regions = Json::array();
  for (const std::string& region : catalogue.regions()) {
    regions.push_back(
        {{"name", region}, {"source", text_or_null(catalogue.region_source(region))}});
  }
  const Json all{{"regions", std::move(regions)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int run_regions(const Flags& flags) {
  const auto catalogue = make_catalogue(flags.cloud);
  if (!catalogue) return bad_flag("regions", catalogue.error());
  const auto show = flags.output == "json" ? regions_json : regions_text;
  return print("regions", show(*catalogue.value()));
}

void add_output(CLI::App& command, Flags& flags) {
  add_option(command, "--output", flags.output, "text for people, json for programs")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

}  // namespace

void add_services(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "services", "List the services whose jobs can be asked for, and where each lives");
  add_catalogue_flags(*command, flags->cloud);
  add_output(*command, *flags);
  on_run(*command, exit_code, [flags] { return run_services(*flags); });
}

void add_regions(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "regions", "List the regions, and who named those that are not the vendor's");
  add_regions_file_flag(*command, flags->cloud);
  add_output(*command, *flags);
  on_run(*command, exit_code, [flags] { return run_regions(*flags); });
}

}  // namespace jobtree::commands
