// Where jobs are remembered.
#include "commands/memory/data_folder.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "support/home.h"
#include "unit/catch.h"

namespace data_folder_test {

using namespace jobtree;
using namespace jobtree::commands;
using tests::environment_of;
using tests::Variables;

TEST_CASE("A folder that is named goes before all others, and none is none") {
  const Variables variables{{"STATE_DIRECTORY", "/var/lib/jobtree"}, {"HOME", "/home/me"}};
  CHECK(data_folder(environment_of(variables), "/srv/jobs") == "/srv/jobs");
  CHECK_FALSE(data_folder(environment_of(variables), "none"));
}

TEST_CASE("Else it is that of systemd, then of the XDG specification, then in the home") {
  Variables variables{{"STATE_DIRECTORY", "/var/lib/jobtree:/var/lib/more"},
                      {"XDG_STATE_HOME", "/home/me/state"},
                      {"HOME", "/home/me"}};
  CHECK(data_folder(environment_of(variables), "") == "/var/lib/jobtree");
  variables.erase("STATE_DIRECTORY");
  CHECK(data_folder(environment_of(variables), "") == "/home/me/state/jobtree");
  variables["XDG_STATE_HOME"] = "relative";
  CHECK(data_folder(environment_of(variables), "") == "/home/me/.local/state/jobtree");
  variables.erase("HOME");
  CHECK_FALSE(data_folder(environment_of(variables), ""));
  CHECK_FALSE(needed_data_folder(environment_of(variables), ""));
}

TEST_CASE("A passing folder is its owner's alone, and goes with the process") {
  std::string path;
  {
    const auto folder = PassingFolder::make();
    REQUIRE(folder);
    path = folder.value().path();
    CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
    // Another one does not take it for left behind.
    const auto other = PassingFolder::make();
    REQUIRE(other);
    CHECK(std::filesystem::exists(path));
    CHECK(other.value().path() != path);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("A passing folder of a process that was killed is removed by the next one") {
  const std::string left =
      (std::filesystem::temp_directory_path() / "jobtree-demo-left-behind").string();
  std::filesystem::create_directories(left);
  std::ofstream(left + "/in-use") << "";
  std::ofstream(left + "/jobtree.db") << "what was remembered";
  REQUIRE(PassingFolder::make());
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("The URL of a database holds no password, which systemd may hand over in a file") {
  const tests::Home home;
  Variables variables;
  const auto url = [&variables](const std::string& text) {
    return database_url(environment_of(variables), text);
  };
  CHECK(url("postgresql://jobtree@db.example.com/jobtree").value() ==
        "postgresql://jobtree@db.example.com/jobtree");
  CHECK(url("postgres://db.example.com:5432/jobtree?sslmode=verify-full"));
  for (const char* text : {"postgresql://jobtree:secret@db/jobtree", "mysql://db/jobtree", "",
                           "postgresql://db/jobtree?password=secret", "host=db"}) {
    INFO(text);
    const auto refused = url(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find("secret") == std::string::npos);
  }
  variables["CREDENTIALS_DIRECTORY"] = home.path();
  CHECK(url("postgresql://db/jobtree").value() == "postgresql://db/jobtree");
  std::ofstream(home.path() + "/pgpass") << "db:5432:*:jobtree:secret";
  CHECK(url("postgresql://db/jobtree").value() ==
        "postgresql://db/jobtree?passfile=" + home.path() + "/pgpass");
  CHECK(url("postgresql://db/jobtree?sslmode=require").value() ==
        "postgresql://db/jobtree?sslmode=require&passfile=" + home.path() + "/pgpass");
}

}  // namespace data_folder_test
