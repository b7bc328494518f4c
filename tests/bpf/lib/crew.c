// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/crew.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static void *be_worker(void *userdata)
{
	struct worker *worker = userdata;

	while (!__atomic_load_n(worker->stop, __ATOMIC_ACQUIRE))
		worker->work(worker);
	return NULL;
}

static int start(struct worker *worker)
{
	pthread_attr_t attributes;
	pthread_t thread;
	cpu_set_t cpus;
	int err;

	CPU_ZERO(&cpus);
	CPU_SET(worker->cpu, &cpus);
	pthread_attr_init(&attributes);
	err = pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	if (!err)
		err = pthread_create(&thread, &attributes, be_worker, worker);
	pthread_attr_destroy(&attributes);
	worker->thread = thread;
	return -err;
}

int crew_start(struct crew *crew, void (*work)(struct worker *worker), void *userdata)
{
	*crew = (struct crew){.count = 0};
	if (sysconf(_SC_NPROCESSORS_ONLN) < CREW_MAX)
		return -ENODEV;
	for (unsigned i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &crew->workers[i];
		int err;

		*worker = (struct worker){.work = work,
					  .userdata = userdata,
					  .number = i,
					  .stop = &crew->stop,
					  .cpu = (int)i};
		err = start(worker);
		if (err) {
			crew_stop(crew);
			return err;
		}
		crew->count++;
	}
	return 0;
}

void crew_stop(struct crew *crew)
{
	__atomic_store_n(&crew->stop, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < crew->count; i++)
		pthread_join(crew->workers[i].thread, NULL);
}
