// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "services/files.hpp"
#include "services/sha256.hpp"
#include "study/study.hpp"
#include "study/study_state.hpp"

namespace nac::fw {

std::filesystem::path Study::artifact_path(const std::string &hash) const {
  // Hashes come out of the database; one that is no hash must not become a path outside the folder.
  if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw Error("'" + hash + "' is no content hash (64 hexadecimal digits)", NAC_INVALID_ARGUMENT);
  return state_->folder / "artifacts" / hash;
}

std::string Study::store_artifact(const std::string &bytes) {
  state_->require_writable();
  const std::string hash = sha256_hex(bytes);
  const std::filesystem::path path = artifact_path(hash);
  // Equal content is stored once; a damaged copy of it is replaced.
  std::error_code code;
  if (std::filesystem::file_size(path, code) == bytes.size() && !code && sha256_hex(read_file(path)) == hash)
    return hash;
  write_file_atomically(path, bytes);
  return hash;
}

void Study::remove_artifact(const std::string &hash) {
  state_->require_writable();
  std::error_code code;
  std::filesystem::remove(artifact_path(hash), code);
  if (code) throw Error("cannot remove '" + artifact_path(hash).string() + "': " + code.message());
}

std::string Study::artifact(const std::string &hash) const {
  const std::filesystem::path path = artifact_path(hash);
  std::string bytes = read_file(path);
  if (sha256_hex(bytes) != hash)
    throw Error("'" + path.string() + "' is damaged: its " + std::to_string(bytes.size()) +
                    " bytes do not have the SHA-256 that is its name",
                NAC_DATA_LOSS);
  return bytes;
}

std::string Study::model(uint64_t number) const {
  const std::optional<Trial> found = trial(number);
  if (!found)
    throw Error("the study '" + state_->folder.string() + "' has no trial " + std::to_string(number) + "; it has " +
                    std::to_string(trials().size()) + " trials",
                NAC_NOT_FOUND);
  std::string hash = found->model;
  if (hash.empty() && found->duplicate_of >= 0)
    hash = trial(static_cast<uint64_t>(found->duplicate_of)).value_or(*found).model;
  if (hash.empty())
    throw Error("trial " + std::to_string(number) + " of '" + state_->folder.string() + "' has no model: it is " +
                    std::string(name_of(found->state)) + (found->reason.empty() ? "" : ": " + found->reason),
                NAC_FAILED_PRECONDITION);
  return artifact(hash);
}

}  // namespace nac::fw
