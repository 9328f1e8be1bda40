// What `backend job` says beyond the job itself, in English and Chinese.
//
// Knows: wording. Must not know: when a sentence is due. Words of jobs are the engine's.
#pragma once

#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "commands/job/job_watch.h"
#include "i18n/messages.h"
#include "i18n/watch_words.h"

namespace jobtree::commands {

/// The sentence in that language.
const std::string& in(const Bilingual& text, engine::Language language);

/// How the watch goes, one sentence without an end: "Too many requests (APIGW.0308); next try in
/// 5s". Safe to show.
std::string watch_sentence(const engine::WatchFacts& facts, engine::Language language);

/// The same of a query that failed, with the reason the other side gave.
std::string failed_poll(const cloud::JobReply& answer, const engine::WatchFacts& facts,
                        engine::Language language);

/// A sentence that says what happened and what to do, then a line each for the HTTP status, the
/// request ID, the error code and the error message; where the code is known, for its explanation
/// and the remedy too. Safe to show; ends with a line break.
std::string failure_report(const cloud::JobReply& answer, engine::Language language);

/// What is to be said on standard error about this ending; "" when nothing is.
std::string ending_report(const Ending& ending, double timeout, double now,
                          engine::Language language);

}  // namespace jobtree::commands
