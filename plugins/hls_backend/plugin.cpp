// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/backend/backend.hpp"

static constexpr nac_param kPart =
    nac::parameter(NAC_PARAM_TEXT, "part", "device: u250, vu13p or a full part name", "\"vu13p\"");
static constexpr nac_param kIoType =
    nac::parameter(NAC_PARAM_TEXT, "io_type", "whole samples as arrays, or one word per clock through streams",
                   "\"io_parallel\"", "{io_parallel, io_stream}");
static constexpr nac_param kStrategy = nac::parameter(
    NAC_PARAM_TEXT, "strategy",
    "multiply at once, with weights from memory in reuse_factor steps, or by shifts and adds that outputs share",
    "\"latency\"", "{latency, resource, distributed_arithmetic}");
static constexpr nac_param kReuseFactor = nac::parameter(
    NAC_PARAM_INTEGER, "reuse_factor", "times each multiplier is used per vector-matrix product", "1", "[1, 16777216]");
static constexpr nac_param kParallelization = nac::parameter(
    NAC_PARAM_INTEGER, "parallelization_factor",
    "output pixels or rows that a layer computes at a time, io_parallel; 0: one pixel, all rows", "0", "[0, 1048576]");
static constexpr nac_param kLayers = nac::parameter(
    NAC_PARAM_TEXT, "layers",
    "what single layers do otherwise: \"fc1.reuse_factor=4, conv1.strategy=resource\"; also parallelization_factor",
    "\"\"");
static constexpr nac_param kClock =
    nac::parameter(NAC_PARAM_NUMBER, "clock_period_ns", "target clock period", "5.0", "[0.5, 1000]", "ns");
static constexpr nac_param kUncertainty = nac::parameter(
    NAC_PARAM_NUMBER, "clock_uncertainty", "share of the period that the tools keep in reserve", "0.125", "[0, 0.9]");
static constexpr nac_param kAssumed =
    nac::parameter(NAC_PARAM_INTEGER, "assumed_bits",
                   "width of weights and activations in estimates of networks in float", "8", "[2, 16]");
static constexpr nac_param kProject =
    nac::parameter(NAC_PARAM_TEXT, "project_name", "of the top function and its files", "\"nac_model\"");
static constexpr nac_param kApTypes = nac::parameter(
    NAC_PARAM_PATH, "ap_types", "folder of the vendor's ap_fixed.h for the C-simulation; without it our own");
static constexpr nac_param kCache = nac::parameter(
    NAC_PARAM_PATH, "cache", "folder of compiled simulations; without it nac/hls in the user's cache folder");
static const nac_param *const kParams[] = {&kPart,    &kIoType, &kStrategy,    &kReuseFactor, &kParallelization,
                                           &kLayers,  &kClock,  &kUncertainty, &kAssumed,     &kProject,
                                           &kApTypes, &kCache};

static constexpr nac_descriptor kHls =
    nac::describe(NAC_KIND_BACKEND, "org.nac.hls", "High-level synthesis", "NAC", "0.1.0", "Apache-2.0",
                  "Vivado and Vitis HLS projects, their costs before synthesis, and their C-simulation", kParams);

NAC_PLUGIN(nac::entry(kHls, nac::make_backend<nac::hls::hls_backend>))
