// yaml_to_json FROM TO: a YAML file as JSON, for what is written by hand and read by programs.
//
// Plain scalars are what YAML's core schema makes of them (YAML 1.2 section 10.3.2), quoted ones
// are texts. Runs at build time only.
//
// Knows: yaml-cpp, JSON. Must not know: what the file is for.
#include <yaml-cpp/yaml.h>

#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::ordered_json;

Json json_of_scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  const bool is_quoted = node.Tag() == "!";
  if (is_quoted) return text;
  if (text == "true" || text == "false") return text == "true";
  // A number of YAML is one of JSON, as far as we write them.
  const Json number = Json::parse(text, nullptr, false);
  return number.is_number() ? number : Json(text);
}

Json json_of(const YAML::Node& node) {
  if (node.IsNull()) return nullptr;
  if (node.IsScalar()) return json_of_scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node)
      list.push_back(json_of(item));
    return list;
  }
  Json object = Json::object();
  for (const auto& member : node) {
    const std::string name = member.first.Scalar();
    if (object.contains(name)) throw YAML::Exception(member.first.Mark(), name + " is there twice");
    object[name] = json_of(member.second);
  }
  return object;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: yaml_to_json FROM TO\n";
    return 2;
  }
  try {
    std::ofstream out(argv[2], std::ios::binary);
    out << json_of(YAML::LoadFile(argv[1])).dump() << '\n' << std::flush;
    if (out) return 0;
    std::cerr << argv[2] << ": cannot be written\n";
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << '\n';
  }
  return 1;
}
