// When a job is asked for again: how often, how long after which failure, how old is too old.
//
// Knows: outcomes and durations. Must not know: clocks, viewers. Pure.
#pragma once

#include <chrono>

#include "cloud/job_source.h"

namespace jobtree::gateway::schedule {

using Duration = std::chrono::steady_clock::duration;

/// The interval of a job that just changed.
inline constexpr Duration kFirstInterval = std::chrono::seconds(2);
/// So many intervals old, a reading is given at once while a fetch is under way; older, the fetch
/// is waited for.
inline constexpr int kStaleIntervals = 2;
/// So old, a reading is shown no more when fetches fail (RFC 5861, stale-if-error).
inline constexpr Duration kStaleIfError = std::chrono::seconds(60);
/// Until a watched job for which there was no room is tried again.
inline constexpr Duration kCrowdedPause = std::chrono::seconds(1);
/// So long viewers wait for a fetch that finds no thread.
inline constexpr Duration kLongestQueue = std::chrono::seconds(5);
/// So long they wait for one that the source deferred, for the key's rate or between its tries.
inline constexpr Duration kLongestDeferral = std::chrono::seconds(20);
/// A fetch that is deferred is not tried again sooner, whatever the source says.
inline constexpr Duration kShortestDeferral = std::chrono::milliseconds(10);
/// An interval is made up to so much longer by chance, lest all jobs be asked for at one time.
inline constexpr double kJitter = 0.1;

/// The interval after one without a change, or after a failure. Zero: never fetched.
Duration grown(Duration interval);

/// `least` to 1 + kJitter times the duration, by a chance from 0 up to but not including 1.
Duration jittered(Duration duration, double least, double chance);

/// Until the next fetch after one that failed.
Duration pause_after(const cloud::JobReply& reply, Duration interval);

/// Whether the last good reading may stand in for a while. Not when the cloud said that there is no
/// such job, or not for us.
bool may_bridge(cloud::Outcome outcome);

/// Whether what is remembered may stand in for as long as it lasts: nothing can be had, and nobody
/// said that this viewer, or this key, must not see it.
bool may_recall(cloud::Outcome outcome);

/// So long after a job was seen, a first "not found" is not believed: of several machines at the
/// cloud one may not know it yet, or for a moment not.
inline constexpr std::chrono::hours kDoubted{1};

/// Whether the cloud itself said that it has no such job, not for want of an API.
bool is_gone(const cloud::JobReply& reply);

}  // namespace jobtree::gateway::schedule
