// Prometheus' Alertmanager, which groups, silences and forwards by itself.
//
// Knows: POST /api/v2/alerts (https://prometheus.io/docs/alerting/latest/alerts_api/). Must not
// know: how it is sent. An alert has few labels: what differs from job to job stands in the
// annotations, or no two alerts could be grouped.
#pragma once

#include <chrono>

#include "notify/channels/outgoing.h"

namespace jobtree::notify::alertmanager {

/// How long an alert fires. What has happened is no condition that ends: it is sent once, with its
/// end, and without one Alertmanager would end it after five minutes.
inline constexpr std::chrono::hours kFires{4};

Result<Dispatches> make(const Outgoing& outgoing);

Verdict judge(const Response& response);

}  // namespace jobtree::notify::alertmanager
