package io.espalier.benchmarks.training;

import io.espalier.pruning.campaign.Progress;
import java.io.PrintStream;

/** Says what a campaign does: once a stage, and a few times in a long one. */
final class LoggedCampaign implements Progress {
    private static final int SAID_A_STAGE = 10;

    private final PrintStream log;
    private String stage = "";
    private String message = "";
    private long said;

    LoggedCampaign(PrintStream log) {
        this.log = log;
    }

    @Override
    public void at(String nowStage, long done, long total, double secondsLeft, String nowMessage) {
        long tenths = total > 0 ? done * SAID_A_STAGE / total : 0;
        boolean begins = !nowStage.equals(stage) || (total == 0 && !nowMessage.equals(message));
        if (begins || tenths > said) {
            String left = secondsLeft < 0 ? "" : ", about %.0f s left".formatted(secondsLeft);
            log.println(nowStage + ": " + nowMessage + left);
            said = tenths;
        }
        stage = nowStage;
        message = nowMessage;
    }
}
