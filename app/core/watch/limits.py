"""Every threshold of the watch, in one place. First the one that warns, then the one that is wrong."""

from datetime import timedelta

# A transaction open for longer holds every phone's pull back.
PULL_LAG_S = 60
QUEUE_LAG_S = 300
# The job worker gives a sign of life every ten seconds.
WORKER_SILENT_S = 60
# Part of the connections that the database allows.
CONNECTIONS = (0.80, 0.95)
CLOCK_APART_S = 5
# Part of a disk that is still free.
DISK_FREE = (0.15, 0.05)
# A backup is made every night.
BACKUP_AGE = (timedelta(hours=30), timedelta(hours=54))
# Of a certificate's whole life, what is left; never asked earlier than so many days before its end.
CERTIFICATE_PART = (1 / 4, 1 / 8)
CERTIFICATE_DAYS = (21, 5)
# A phone that told of unsent work and was not heard of since.
PHONE_SILENT = (timedelta(hours=24), timedelta(hours=72))
# A phone in use that was not heard of since: what it may hold is not known.
PHONE_QUIET = timedelta(days=7)
# After so long without contact it is no phone in use any more, unless it still has unsent work.
PHONE_IN_USE = timedelta(days=60)
