package io.espalier.agent;

/** What the process's exit code tells a supervisor. */
enum ExitCode {
    STOPPED(0),
    FAILED(1),
    BAD_CONFIGURATION(2),
    ENROLMENT_REFUSED(3),
    STATE_UNUSABLE(4),
    /** By another process, which may end: start it again. */
    PORT_TAKEN(5),
    /** Another program waits to be tried: start the launcher again. */
    UPGRADING(10);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
