// One row of each service's list of jobs.
//
// Knows: the rows' fields, and the form each list writes its times in. Must not know: pages,
// filters, HTTP.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "simulator/cloud/records/task_row.h"

namespace jobtree::simulator {

using RowMaker = nlohmann::ordered_json (*)(const TaskRow& row);

nlohmann::ordered_json rds_row(const TaskRow& row);
nlohmann::ordered_json gaussdb_row(const TaskRow& row);
nlohmann::ordered_json taurusdb_row(const TaskRow& row);
nlohmann::ordered_json geminidb_row(const TaskRow& row);
nlohmann::ordered_json dds_row(const TaskRow& row);
nlohmann::ordered_json ddm_row(const TaskRow& row);
nlohmann::ordered_json elb_row(const TaskRow& row);
nlohmann::ordered_json cce_row(const TaskRow& row);
nlohmann::ordered_json dcs_row(const TaskRow& row);
/// Of lists whose rows are the job's own object.
nlohmann::ordered_json own_row(const TaskRow& row);

/// What is done in all of them, each once.
std::vector<std::string> names_of(const std::vector<TaskRow>& rows);

}  // namespace jobtree::simulator
