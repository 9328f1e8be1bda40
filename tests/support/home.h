// A user's home and environment, as a test wants them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"

namespace jobtree::tests {

using Variables = std::map<std::string, std::string, std::less<>>;

/// Good for as long as `variables` is.
inline Environment environment_of(const Variables& variables) {
  const auto value = [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view() : std::string_view(found->second);
  };
  const auto names = [&variables] {
    std::vector<std::string> names;
    for (const auto& [name, text] : variables)
      names.push_back(name);
    return names;
  };
  return {value, names};
}

/// A home that goes away with the test.
class Home {
 public:
  Home() {
    std::string name = std::filesystem::temp_directory_path() / "jobtree-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Home() { std::filesystem::remove_all(path_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  std::string path() const { return path_; }
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace jobtree::tests
