import { appendFileSync } from 'node:fs'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** @param {unknown} value */
function write(value) {
  const file = process.env['MUTANTS_LINES']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(value)}\n`)
}

/**
 * Writes how many mutants each file has, and then each mutant as soon as it is judged, one JSON a line, so that a run that is ended
 * early has not been in vain.
 */
export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.Reporter, 'lines', () => ({
    /** @param {{ mutantPlans: readonly { mutant: { fileName: string } }[] }} plan */
    onMutationTestingPlanReady({ mutantPlans }) {
      /** @type {Record<string, number>} */
      const counts = {}
      for (const { mutant } of mutantPlans) counts[mutant.fileName] = (counts[mutant.fileName] ?? 0) + 1
      write(counts)
    },
    /** @param {{ fileName: string, status: string, location: unknown, replacement: string, mutatorName: string }} mutant */
    onMutantTested({ fileName, status, location, replacement, mutatorName }) {
      write({ fileName, status, location, replacement, mutatorName })
    },
  })),
]
