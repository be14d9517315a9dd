// SPDX-License-Identifier: Apache-2.0
#include "services/host.hpp"

#include <string_view>
#include <utility>

#include "services/boundary.hpp"
#include "services/candidates.hpp"
#include "services/config.hpp"
#include "services/graph_service.hpp"
#include "services/log.hpp"
#include "services/model_observer.hpp"
#include "services/parallel.hpp"
#include "services/space.hpp"

namespace nac::fw {

Host::Host() : Host(Options()) {}

Host::Host(Options options) : options_(std::move(options)) {
  host_.struct_size = options_.struct_size;
  host_.abi = {NAC_ABI_MAJOR, options_.minor, 0};
  host_.name = "nac";
  host_.version = program_version();
  host_.ctx = this;
  host_.service = service;
}

const char *Host::program_version() { return NAC_VERSION; }

const Host *Host::of(const nac_host *host) { return host == nullptr ? nullptr : static_cast<const Host *>(host->ctx); }

const void *Host::service(const nac_host *host, const char *id) {
  if (host == nullptr || id == nullptr) return nullptr;
  return service_guard_or<const void *>(nullptr, nullptr, [&]() -> const void * {
    const std::string_view wanted = id;
    if (of(host)->options_.without.count(id) > 0) return nullptr;
    if (wanted == NAC_SERVICE_LOG) return &log_service();
    if (wanted == NAC_SERVICE_CONFIG) return &config_service();
    if (wanted == NAC_SERVICE_SPACE) return &space_service();
    if (wanted == NAC_SERVICE_GRAPH) return &graph_service();
    if (wanted == NAC_SERVICE_PARALLEL) return &parallel_service();
    if (wanted == NAC_SERVICE_CANDIDATES) return &candidates_service();
    if (wanted == NAC_SERVICE_OBSERVE) return &observe_service();
    return nullptr;
  });
}

}  // namespace nac::fw
