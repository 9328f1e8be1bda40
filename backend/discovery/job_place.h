// Where a job of the cloud's records is to be queried: which service of ours that is, and whether
// it can.
//
// Knows: the names that traces have for services. Must not know: traces, lists, how a record looks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "cloud/where/catalogue.h"

namespace jobtree::discovery {

/// Whose records are read. A record does not say its region, and what it says of its project is not
/// taken: both are those that were queried.
struct Origin {
  const cloud::Catalogue* catalogue = nullptr;
  std::string region{};
  std::string project_id{};
};

/// What a trace says of the service: names are compared without case, blanks and "-", "_".
struct ServiceHints {
  std::string_view service_type{};
  std::string_view resource_type{};
  std::string_view trace_name{};
  std::string_view resource_id{};
};

struct ServiceName {
  std::string name{};
  bool is_known = false;  ///< it is one of the catalogue
  /// Two services write the same name, and nothing else says which it is.
  bool is_one_of_two = false;
};

ServiceName service_of(const cloud::Catalogue& catalogue, const ServiceHints& hints);

/// What a record calls the id.
enum class IdName : std::uint8_t {
  job,        ///< "job_id" in every spelling
  async_job,  ///< "async_job_id", of DRS
  workflow,   ///< "workflow_id"
  task,       ///< "task_id"
  listed      ///< one of "job_ids"
};

/// Whether ids of this name are jobs of the service. Those of tasks and workflows are others'
/// things in services that we do not know.
bool is_job_of(const ServiceName& service, IdName name);

struct JobPlace {
  cloud::JobAddress address{};
  bool is_queryable = false;
};

/// `id`: one that is_good_id() takes.
JobPlace place_of(const Origin& origin, const ServiceName& service, std::string_view id,
                  IdName name);

/// 1 to 64 letters, digits, "_" and "-", as everywhere (cloud/ids.h), and none of the words that
/// services write in the place of an id.
bool is_good_id(std::string_view id);

}  // namespace jobtree::discovery
