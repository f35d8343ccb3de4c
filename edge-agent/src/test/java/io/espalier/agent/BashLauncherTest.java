package io.espalier.agent;

import java.util.List;

/** The same in Bash, which many systems have for {@code /bin/sh}. */
class BashLauncherTest extends LauncherTest {
    @Override
    List<String> shell() {
        return List.of("bash", "--posix");
    }
}
