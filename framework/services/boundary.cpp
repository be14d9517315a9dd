// SPDX-License-Identifier: Apache-2.0
#include "services/boundary.hpp"

#include <exception>
#include <new>

#include "base/error.hpp"
#include "nac/cpp/error.hpp"

namespace nac::fw {

nac_status report_error(nac_error *err, nac_status status, const std::string &message) noexcept {
  return nac::set_error(err, status, message.c_str());
}

nac_status report_current_exception(nac_error *err) noexcept {
  try {
    throw;
  } catch (const Error &e) {
    return nac::set_error(err, e.status() == NAC_OK ? NAC_INTERNAL : e.status(), e.what());
  } catch (const std::bad_alloc &) {
    return nac::set_error(err, NAC_RESOURCE_EXHAUSTED, "the host is out of memory");
  } catch (const std::exception &e) {
    return nac::set_error(err, NAC_INTERNAL, e.what());
  } catch (...) {
    return nac::set_error(err, NAC_INTERNAL, "the host failed for an unknown reason");
  }
}

}  // namespace nac::fw
