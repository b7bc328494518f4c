// SPDX-License-Identifier: MIT
/*
 * Running the loaded programs on a frame, through BPF_PROG_TEST_RUN.
 *
 * An explanation runs the dry entry, which has no side effects, and whose
 * verdict is written into the XDP metadata: the frame is handed in behind 32
 * bytes of it, which come back in front of the frame.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <string.h>

int datapath_explain(struct datapath *dp, int ifindex, const void *frame, size_t length,
		     struct fw_explanation *ret)
{
	const size_t meta = sizeof(struct fw_explanation);
	struct xdp_md context = {
		.data = meta, .data_end = meta + length, .ingress_ifindex = ifindex};
	cleanup_free char *in = calloc(1, meta + length);
	cleanup_free char *out = calloc(1, meta + length);
	struct fw_explanation explanation;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in, .data_out = out,
		    .data_size_in = meta + length, .data_size_out = meta + length,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1);
	int err;

	if (length < ETH_HLEN)
		return -EINVAL;
	if (!in || !out)
		return -ENOMEM;
	memcpy(in + meta, frame, length);
	err = bpf_prog_test_run_opts(dp->dry_fd, &opts);
	if (err)
		return err;
	memcpy(&explanation, out, sizeof(explanation));
	if (explanation.written != FW_EXPLAINED)
		return -EPROTO;
	*ret = explanation;
	return 0;
}

static int load_run(struct datapath *dp)
{
	const struct knobs knobs = {.interface = ANY_INTERFACE, .test_clock = dp->test_clock};
	struct object object = {0};
	int err = entry_open(dp, &knobs, false, &object, NULL);

	if (!err)
		err = object_load(&object, false, NULL);
	if (!err) {
		dp->run_fd = fcntl(bpf_program__fd(object.prog), F_DUPFD_CLOEXEC, 0);
		if (dp->run_fd < 0)
			err = -errno;
	}
	object_close(&object);
	return err;
}

int datapath_run(struct datapath *dp, int ifindex, const void *frame, size_t length,
		 uint32_t repeat, uint32_t *ret_verdict, uint32_t *ret_ns)
{
	struct xdp_md context = {.data_end = length, .ingress_ifindex = ifindex};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = repeat);
	int err = dp->run_fd < 0 ? load_run(dp) : 0;

	if (err)
		return err;
	err = bpf_prog_test_run_opts(dp->run_fd, &opts);
	if (err)
		return err;
	if (ret_verdict)
		*ret_verdict = opts.retval;
	if (ret_ns)
		*ret_ns = opts.duration;
	return 0;
}
