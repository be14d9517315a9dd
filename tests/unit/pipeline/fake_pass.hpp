// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/local/run_local.hpp"

namespace fakes {

/// A compression pass whose edits depend on its seed, its parameters, its state and everything that it was told. It
/// scales the weights; parameters "steps" (how many trainings), "undo" (takes that one back), "fail" (throws there),
/// "edit_last" (changes something when it ends), "rewind", "teacher".
std::unique_ptr<nac::fw::CompressPort> make_pass(const nac::fw::PluginChoice &pass,
                                                 const nac::fw::CompressProxy::Setup &setup);

/// Rows of the stages after the search, without times, one a line.
std::string local_results_of(const nac::fw::Study &study);

}  // namespace fakes
