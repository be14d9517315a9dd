// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/fidelity.hpp"
#include "manifest/document.hpp"

namespace nac::fw {

/// The table [search.fidelity] for trainings of so many epochs.
Fidelity read_fidelity(ManifestDocument &document, int epochs);

}  // namespace nac::fw
