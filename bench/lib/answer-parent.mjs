/**
 * Answers the questions of the parent process, and ends with it.
 * @param {Record<string, (argument: unknown) => unknown>} questions
 */
export function answerParent(questions) {
  process.on('message', async ({ number, what, argument }) => {
    try {
      process.send({ answerTo: number, value: await questions[what](argument) })
    } catch (error) {
      const code = typeof error?.code === 'string' ? error.code : undefined
      if (process.connected)
        process.send({ answerTo: number, error: { code, message: `${error?.name}: ${error?.message}` } })
    }
  })
  process.on('disconnect', () => process.exit())
}
